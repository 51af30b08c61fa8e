/** What is in memory now: every model with its bytes and where the number is from, the rest of the machine, and the budget. */
import type { MemorySample } from '../../../../shared/memory.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { ColourSquare } from '../../components/ColourSquare.tsx'
import { Fact, Facts } from '../../components/Facts.tsx'
import { MiddleText } from '../../components/MiddleText.tsx'
import { compareNames } from '../../lib/compareNames.ts'
import { formatBytes } from '../../lib/format.ts'
import { useModelColours } from '../../stores/colourStore.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import { barPools, type BarPool } from '../frame/barLayout.ts'
import classes from './InMemoryPanel.module.css'

export function InMemoryPanel() {
  const sample = useMemoryStore((mirror) => mirror.sample)
  return (
    <div className={classes.panel}>
      {sample === null ? <p className={classes.note}>Reading memory…</p> : <Contents sample={sample} />}
    </div>
  )
}

function Contents({ sample }: { sample: MemorySample }) {
  return (
    <>
      <p className={classes.note}>{sample.machine}</p>
      <HeldModels sample={sample} />
      {barPools(sample, []).map((pool, index) => (
        <PoolFacts key={index} pool={pool} />
      ))}
      <Budget sample={sample} />
    </>
  )
}

function HeldModels({ sample }: { sample: MemorySample }) {
  // By name, as in the memory bar and the chart.
  const models = [...sample.models].sort((a, b) => compareNames(a.id.name, b.id.name))
  const colours = useModelColours(models.map((model) => modelKey(model.id)))
  if (models.length === 0) return <p className={`${classes.section} ${classes.note}`}>No model is loaded.</p>
  return (
    <ul className={classes.models}>
      {models.map((model, index) => (
        <li key={modelKey(model.id)} className={classes.model}>
          <ColourSquare colour={colours[index]?.colour ?? 'var(--other)'} />
          <span className={classes.name}>
            <MiddleText text={model.id.name} />
          </span>
          <span className={`${classes.bytes} data number`}>{formatBytes(model.heldBytes)}</span>
          <span className={classes.source}>{`${model.quality} · ${model.source}`}</span>
        </li>
      ))}
    </ul>
  )
}

function PoolFacts({ pool }: { pool: BarPool }) {
  const bytesOf = (kind: 'model' | 'other' | 'free'): number =>
    pool.segments.reduce((sum, segment) => (segment.kind === kind ? sum + segment.bytes : sum), 0)
  const isOtherKnown = pool.segments.some(({ kind }) => kind === 'other' || kind === 'free')
  return (
    <section className={classes.section}>
      {pool.label !== null && <h3 className={classes.heading}>{pool.label}</h3>}
      <Facts>
        <Fact label="Models" isStrong>
          {formatBytes(bytesOf('model'))}
        </Fact>
        <Fact label="Other programs">{formatBytes(isOtherKnown ? bytesOf('other') : null)}</Fact>
        <Fact label="Free">{formatBytes(isOtherKnown ? bytesOf('free') : null)}</Fact>
        <Fact label="In all">{formatBytes(pool.totalBytes)}</Fact>
      </Facts>
    </section>
  )
}

function Budget({ sample }: { sample: MemorySample }) {
  const { budgetBytes, reserveBytes, budgetSource, budgetQuality, models } = sample
  if (budgetBytes === null) return null
  const heldBytes = models.reduce((sum, model) => sum + (model.heldBytes ?? 0), 0)
  const leftBytes = budgetBytes - heldBytes
  return (
    <section className={classes.section}>
      <Facts>
        <Fact label="Budget for models" isStrong>
          {formatBytes(budgetBytes)}
        </Fact>
        <Fact label={leftBytes < 0 ? 'Over by' : 'Left in the budget'}>
          <span className={leftBytes < 0 ? classes.over : undefined}>{formatBytes(Math.abs(leftBytes))}</span>
        </Fact>
        <Fact label="Kept for the system">{formatBytes(reserveBytes)}</Fact>
      </Facts>
      {budgetSource !== null && (
        <p className={classes.why}>
          The budget is {budgetSource}
          {budgetQuality === null ? '' : ` (${budgetQuality})`}.
        </p>
      )}
    </section>
  )
}
