/** Not drawn yet. */
export function ActivityScreen() {
  return null
}
