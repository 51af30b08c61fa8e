/** What the form of an alias makes of what was typed, and what its model is picked from. Pure. */
import type { Host, Model, ModelId } from '../../../../../shared/model.ts'
import { modelKey } from '../../../../../shared/modelKey.ts'
import { compareNames } from '../../../lib/compareNames.ts'

export interface AliasFields {
  name: string
  /** A model's key; null: none yet. */
  target: string | null
}

/** As in the contract, whose validators stay out of the page; a test compares them. */
const aliasName = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u

/** A sentence per field that is wrong. `taken`: names of the other aliases and of the file's models. */
export function aliasProblems(
  { name: typed, target }: AliasFields,
  taken: readonly string[]
): Partial<Record<keyof AliasFields, string>> {
  const name = typed.trim()
  const wrong =
    name === ''
      ? 'An alias needs a name.'
      : !aliasName.test(name) || name.length > 64
        ? 'One word of letters, digits and . _ - only, 64 at most.'
        : taken.includes(name)
          ? `“${name}” is in the file already.`
          : null
  return { ...(wrong === null ? {} : { name: wrong }), ...(target === null ? { target: 'Choose a model.' } : {}) }
}

export interface TargetGroup {
  group: string
  items: { value: string; label: string }[]
}

/** The models of each host; what the alias points at stays to be chosen, also where it is gone. */
export function targetChoices(
  models: readonly Model[],
  hosts: readonly Host[],
  current: ModelId | null
): TargetGroup[] {
  const groups = hosts.map((host) => ({
    group: host.name,
    items: models
      .filter(({ id, state }) => id.hostId === host.id && state !== 'absent')
      .map(({ id }) => ({ value: modelKey(id), label: id.name }))
      .sort((a, b) => compareNames(a.label, b.label))
  }))
  const isThere = current === null || groups.some(({ items }) => items.some(({ value }) => value === modelKey(current)))
  const missing = isThere ? [] : [{ group: 'Not there', items: [{ value: modelKey(current), label: current.name }] }]
  return [...missing, ...groups].filter(({ items }) => items.length > 0)
}
