/** What the person at the Schedule screen is doing: the week looked at, the rule in hand. Kept over a change of screen. */
import { create } from 'zustand'
import type { Preview, Rule } from '../../../../shared/schedule.ts'
import { mintOperationId } from '../../actions/operationId.ts'
import { goTo } from '../../stores/uiStore.ts'
import type { RuleFields } from './ruleFields.ts'
import { blankFields, fieldsOf, isSameFields } from './ruleFields.ts'

export interface Editing {
  ruleId: string
  isNew: boolean
  /** As they were when it was opened: what differs would be lost. */
  original: RuleFields
  fields: RuleFields
}

export interface ScheduleState {
  weeksAhead: number
  editing: Editing | null
  /** Asked before a changed rule is let go; what to do then. */
  leaving: (() => void) | null
  isWarmUpOpen: boolean
  preview: Preview | null
  previewFailure: unknown
  /** The machine's, once a preview has told; IANA. */
  timeZone: string | null
}

export const useScheduleStore = create<ScheduleState>(() => ({
  weeksAhead: 0,
  editing: null,
  leaving: null,
  isWarmUpOpen: false,
  preview: null,
  previewFailure: null,
  timeZone: null
}))

/** Does it at once, or after the person has said that what they changed may go. */
export function leaveEditor(then: () => void): void {
  const { editing } = useScheduleStore.getState()
  if (editing !== null && !isSameFields(editing.original, editing.fields)) useScheduleStore.setState({ leaving: then })
  else then()
}

export function closeEditor(): void {
  useScheduleStore.setState({ editing: null, leaving: null })
}

function open(editing: Editing): void {
  const current = useScheduleStore.getState().editing
  if (current?.ruleId === editing.ruleId) return
  leaveEditor(() => useScheduleStore.setState({ editing, leaving: null }))
}

/** From anywhere: the screen is shown with the editor open. */
export function newRule(changes: Partial<RuleFields> = {}): void {
  const fields = { ...blankFields, ...changes }
  goTo('schedule')
  open({ ruleId: mintOperationId(), isNew: true, original: fields, fields })
}

export function editRule(rule: Rule): void {
  const fields = fieldsOf(rule)
  goTo('schedule')
  open({ ruleId: rule.id, isNew: false, original: fields, fields })
}

export function setFields(changes: Partial<RuleFields>): void {
  useScheduleStore.setState(({ editing }) =>
    editing === null ? {} : { editing: { ...editing, fields: { ...editing.fields, ...changes } } }
  )
}
