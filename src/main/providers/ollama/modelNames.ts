/** When two spellings name the same model: Ollama adds the tag "latest" and its own library, and ignores case. */

export function sameModelName(a: string, b: string): boolean {
  return canonicalName(a) === canonicalName(b)
}

export function canonicalName(name: string): string {
  const short = name
    .toLowerCase()
    .replace(/^registry\.ollama\.ai\//, '')
    .replace(/^library\//, '')
  // A colon before the last slash belongs to a host's port, not to a tag.
  return short.lastIndexOf(':') > short.lastIndexOf('/') ? short : `${short}:latest`
}
