/** Not drawn yet. */
export function CommandPalette() {
  return null
}
