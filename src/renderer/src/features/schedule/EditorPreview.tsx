/** What the rule in hand would do, in words: its sentence, its next times, and what of it does not fit. */
import { ruleWords } from '../../../../shared/ruleWords.ts'
import type { Rule } from '../../../../shared/schedule.ts'
import { useNow } from '../../lib/useNow.ts'
import tones from '../../components/tones.module.css'
import { clockChangeWords } from './blockWords.ts'
import { groupedClashes } from './groupedClashes.ts'
import classes from './EditorPreview.module.css'
import { ruleOf } from './ruleFields.ts'
import { useNameOf } from './ruleModels.ts'
import { useScheduleStore, type Editing } from './scheduleStore.ts'
import { clashSentence, clashTimes, entryTimes } from './scheduleWords.ts'
import { useZone } from './useZone.ts'
import { useShownRules } from './WeekView.tsx'
import { dayWords } from './zone.ts'

const mostTimes = 3
const mostClashes = 2

export function EditorPreview({ editing }: { editing: Editing }) {
  const rule = ruleOf(editing.ruleId, editing.fields)
  const nameOf = useNameOf()
  return (
    <section className={classes.preview} aria-label="What it will do" aria-live="polite">
      {rule === null ? (
        <p className={classes.missing}>Choose models and a time to see what the rule will do.</p>
      ) : (
        <>
          <p className={`${classes.sentence} data number`}>{ruleWords(rule, nameOf)}.</p>
          {!rule.isEnabled && <p className={classes.dim}>It is switched off: shown as if it were on.</p>}
          <Coming rule={rule} />
        </>
      )}
    </section>
  )
}

function Coming({ rule }: { rule: Rule }) {
  const ruleId = rule.id
  const preview = useScheduleStore((state) => state.preview)
  const rules = useShownRules()
  const zone = useZone()
  const now = useNow()
  if (preview === null) return null
  const entries = preview.entries.filter((entry) => entry.ruleId === ruleId && entry.endAt > now)
  const clashes = groupedClashes(preview.clashes.filter((clash) => clash.ruleIds.includes(ruleId) && clash.toAt > now))
  const nameOfRule = (id: string): string =>
    id === ruleId ? 'this rule' : (rules.find((rule) => rule.id === id)?.name ?? 'a deleted rule')
  const names = (ids: readonly string[]): string[] =>
    [...ids].sort((a, b) => Number(b === ruleId) - Number(a === ruleId)).map(nameOfRule)
  const next = entries.slice(0, mostTimes)
  const isPoint = rule.when.kind === 'at'
  const times = next.map((entry) => `${dayWords(zone, entry.startAt, now)} ${entryTimes(zone, entry, isPoint)}`)
  const change = next.map((entry) => clockChangeWords(entry, rule, zone)).find((words) => words !== null)
  return (
    <>
      {times.length > 0 && <p className={`${classes.dim} number`}>Next: {times.join('; ')}.</p>}
      {change !== undefined && <p className={classes.dim}>{change}.</p>}
      {clashes.slice(0, mostClashes).map(({ clash, times: count }) => (
        <p key={clash.fromAt} className={`${tones.bad} number`}>
          {clashTimes(zone, clash, now)}
          {count > 1 && ` and ${count - 1} more`}: {clashSentence(clash, names(clash.ruleIds))}.
        </p>
      ))}
      {clashes.length > mostClashes && <p className={tones.bad}>And {clashes.length - mostClashes} more clashes.</p>}
      {entries.length > 0 && clashes.length === 0 && <p className={tones.ok}>Fits beside the other rules.</p>}
    </>
  )
}
