/** Files as text: what is none is named and left out. */

/** So much of a file is one item at most: longer ones fit no context, and no request. */
export const mostFileBytes = 8_000_000

export type FileText = { text: string } | { problem: string }

/** UTF-8, or UTF-16 with its mark. */
export function decodeText(bytes: Uint8Array): string | null {
  const [first, second] = bytes
  const isLittle = first === 0xff && second === 0xfe
  const isBig = first === 0xfe && second === 0xff
  if (!isLittle && !isBig && bytes.includes(0)) return null
  try {
    return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

export async function readFileText(name: string, file: Blob, mostBytes = mostFileBytes): Promise<FileText> {
  if (file.size > mostBytes) return { problem: `${name} is larger than 8 MB: divide it` }
  if (file.size === 0) return { problem: `${name} is empty` }
  try {
    const text = decodeText(new Uint8Array(await file.arrayBuffer()))
    if (text === null) return { problem: `${name} is not text` }
    return text.trim() === '' ? { problem: `${name} is empty` } : { text }
  } catch {
    return { problem: `${name} could not be read` }
  }
}
