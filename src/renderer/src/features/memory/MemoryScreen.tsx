/** Not drawn yet. */
export function MemoryScreen() {
  return null
}
