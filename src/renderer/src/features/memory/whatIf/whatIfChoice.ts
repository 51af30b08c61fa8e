/**
 * Which models are ticked, with which contexts, and which stand on top of the list. Until somebody ticks, it is what is in memory.
 * Pure; models by their key.
 */
import type { Advice } from '../../../../../shared/fit.ts'
import { modelKey } from '../../../../../shared/modelKey.ts'

export interface WhatIfChoice {
  /** In the order of the list; who is unticked keeps the place, so that one can tick again where one unticked. */
  top: readonly string[]
  ticked: Readonly<Record<string, true>>
  /** Only those somebody chose. */
  contexts: Readonly<Record<string, number>>
  isTouched: boolean
}

export const noChoice: WhatIfChoice = { top: [], ticked: {}, contexts: {}, isTouched: false }

/** `loaded` in the order of the list. The same object while nothing changes. */
export function inMemory(choice: WhatIfChoice, loaded: readonly string[]): WhatIfChoice {
  const isSame = loaded.length === choice.top.length && loaded.every((key, index) => key === choice.top[index])
  if (choice.isTouched || isSame) return choice
  return { ...noChoice, top: loaded, ticked: ticks(loaded) }
}

export function withTick(choice: WhatIfChoice, key: string, isTicked: boolean): WhatIfChoice {
  const ticked = { ...choice.ticked }
  if (isTicked) ticked[key] = true
  else delete ticked[key]
  const top = choice.top.includes(key) ? choice.top : [...choice.top, key]
  return { ...choice, top, ticked, isTouched: true }
}

export function withContext(choice: WhatIfChoice, key: string, contextLength: number): WhatIfChoice {
  return { ...choice, contexts: { ...choice.contexts, [key]: contextLength }, isTouched: true }
}

/** What the choice would be if one followed the advice. */
export function withAdvice(choice: WhatIfChoice, { leaveOut, contexts }: Advice): WhatIfChoice {
  const untied = leaveOut.reduce((next, id) => withTick(next, modelKey(id), false), choice)
  return contexts.reduce((next, { id, contextLength }) => withContext(next, modelKey(id), contextLength), untied)
}

/** Without models that are gone from their hosts. */
export function withoutGone(choice: WhatIfChoice, known: ReadonlySet<string>): WhatIfChoice {
  const top = choice.top.filter((key) => known.has(key))
  if (top.length === choice.top.length) return choice
  return { ...choice, top, ticked: ticks(top.filter((key) => choice.ticked[key] === true)) }
}

function ticks(keys: readonly string[]): Record<string, true> {
  return Object.fromEntries(keys.map((key) => [key, true]))
}
