/** Everything about one block, while the pointer rests on it or it is in focus. */
import { modelKey } from '../../../../shared/modelKey.ts'
import type { Rule } from '../../../../shared/schedule.ts'
import { ColourSquare } from '../../components/ColourSquare.tsx'
import { useNow } from '../../lib/useNow.ts'
import { useFitStore } from '../../stores/fitStore.ts'
import { useTargetOf } from '../../stores/modelsFileStore.ts'
import { useRuleStore } from '../../stores/ruleStore.ts'
import classes from './BlockTip.module.css'
import { clockChangeWords, leadWords, modelFacts } from './blockWords.ts'
import { useNameOf, useRuleColours } from './ruleModels.ts'
import { clashSentence, clashTimes, entryTimes, longDayWords } from './scheduleWords.ts'
import type { Block } from './weekBlocks.ts'
import { timeWords, type Zone } from './zone.ts'

export function BlockTip({ block, rule, zone }: { block: Block; rule: Rule; zone: Zone }) {
  const fits = useFitStore((mirror) => mirror.byKey)
  const rules = useRuleStore((mirror) => mirror.rules)
  const nameOf = useNameOf()
  const targetOf = useTargetOf()
  const colourOf = useRuleColours()
  const now = useNow(false)
  const ruleName = (id: string): string =>
    id === rule.id ? rule.name : (rules.find((each) => each.rule.id === id)?.rule.name ?? 'a new rule')
  const lead = leadWords(block, zone)
  const change = clockChangeWords(block.entry, rule, zone)
  return (
    <div className={classes.tip}>
      <div className={classes.name}>{rule.name}</div>
      <div className="number">
        {longDayWords(zone, block.entry.startAt)}, {entryTimes(zone, block.entry, block.isPoint)}
      </div>
      {block.isPoint && (
        <div className={`${classes.dim} number`}>
          Kept until {timeWords(zone, block.entry.endAt)} where nobody uses it
        </div>
      )}
      {change !== null && <div className={classes.dim}>{change}</div>}
      {lead !== null && <div className={`${classes.dim} number`}>{lead}</div>}
      <ul className={classes.models}>
        {rule.models.map(({ id, contextLength }) => (
          <li key={modelKey(id)} className={classes.model}>
            <ColourSquare colour={colourOf(id).colour} />
            <span className={classes.modelName}>{nameOf(id)}</span>
            <span className="number">{modelFacts(contextLength, fits[modelKey(targetOf(id))])}</span>
          </li>
        ))}
      </ul>
      {block.clashes.map((clash) => (
        <div key={clash.fromAt} className={classes.clash}>
          {clashTimes(zone, clash, now)}: {clashSentence(clash, clash.ruleIds.map(ruleName))}
        </div>
      ))}
    </div>
  )
}
