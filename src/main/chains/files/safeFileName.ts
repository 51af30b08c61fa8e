/** File names that Windows, macOS and Linux all take, made from whatever a person or a file list has called something. */

/** UTF-8 bytes, extension included: file systems allow 255, and a browser may add " (1)". */
const maxBytes = 180
/** Names that Windows keeps for devices, with any extension. */
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i
/** What some system refuses, takes for a folder, or shows in a misleading order (controls of writing direction). */
// eslint-disable-next-line no-control-regex
const refused = /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]+/g

/** Always a plain name, never a path, never empty: `fallback` where nothing of it can be used. */
export function safeFileName(wanted: string, fallback: string, extension: string): string {
  const plain = wanted.toWellFormed().normalize('NFC').replace(refused, '-').replace(/\s+/g, ' ')
  // Neither hidden (a dot in front) nor cut by Windows (a dot or a space at the end).
  const trimmed = plain.replace(/^[\s.-]+|[\s.-]+$/g, '')
  const base = reserved.test(trimmed) ? `_${trimmed}` : trimmed
  const short = cutToBytes(base, maxBytes - Buffer.byteLength(extension)).replace(/[\s.-]+$/, '')
  return `${short === '' ? fallback : short}${extension}`
}

/** Adds a number to names that were given before; capitals do not tell two files apart on macOS and Windows. */
export function createUniqueNames(): (wanted: string, fallback: string, extension: string) => string {
  const taken = new Set<string>()
  const next = new Map<string, number>()
  return (wanted, fallback, extension) => {
    const first = safeFileName(wanted, fallback, extension)
    let name = first
    for (let count = next.get(keyOf(first)) ?? 2; taken.has(keyOf(name)); count++) {
      name = safeFileName(wanted, fallback, ` (${count})${extension}`)
      next.set(keyOf(first), count + 1)
    }
    taken.add(keyOf(name))
    return name
  }
}

function keyOf(name: string): string {
  return name.toLowerCase().toUpperCase()
}

function cutToBytes(text: string, bytes: number): string {
  let [length, end] = [0, 0]
  for (const letter of text) {
    length += Buffer.byteLength(letter)
    if (length > bytes) break
    end += letter.length
  }
  return text.slice(0, end)
}
