/**
 * Templates of chains: `{{input}}`, `{{input.column}}`, `{{steps.NAME}}`, `{{steps.NAME.json}}`, `{{steps.NAME.json.path[0].field}}`;
 * `\{{` is a plain `{{`. Pure; the page's editor and the runner read them with the same eyes.
 */

/** `start` and `end` (excluded) in letters as JavaScript counts them. */
export interface Span {
  start: number
  end: number
}

/** Keys and indices from the outside in. */
export type JsonPath = readonly (string | number)[]

export type TemplatePart =
  | ({ kind: 'text'; text: string } & Span)
  /** `column` null: the whole input. */
  | ({ kind: 'input'; column: string | null } & Span)
  /** `path` null: the output as it is; empty: the output as JSON. */
  | ({ kind: 'step'; name: string; path: JsonPath | null } & Span)

export interface TemplateMistake extends Span {
  /** 1-based. */
  line: number
  column: number
  /** Names the place: "Line 2, letter 14: ..." is put before it by whoever shows it without the place. */
  message: string
}

export interface Template {
  parts: readonly TemplatePart[]
  /** What is mistaken stays in `parts` as text. */
  mistakes: readonly TemplateMistake[]
}
