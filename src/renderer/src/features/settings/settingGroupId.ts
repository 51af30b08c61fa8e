/** Where a group of settings stands on the page, for its index. */
export function groupId(name: string): string {
  return `settings-${name.toLowerCase().replace(/\W+/g, '-')}`
}
