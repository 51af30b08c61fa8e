/** Text the core wrote, handed to the browser as a file. */

export function saveFile(fileName: string, text: string, type: string): void {
  saveBlob(fileName, new Blob([text], { type: `${type};charset=utf-8` }))
}

export function saveBlob(fileName: string, blob: Blob): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  link.click()
  // The browser has it by then; kept for ever it would hold the whole file in the page's memory.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
