/** One line of the bench's table. */
export interface Row {
  what: string
  figure: string
  target: string
  isMet: boolean
}
