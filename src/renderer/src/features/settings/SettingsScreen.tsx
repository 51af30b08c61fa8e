/** Not drawn yet. */
export function SettingsScreen() {
  return null
}
