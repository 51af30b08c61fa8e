/** The signature of the app, over every screen: who holds the machine's memory, in one sentence and one strip. */
import { Tooltip } from '@mantine/core'
import { useMemo } from 'react'
import type { MemorySample } from '../../../../shared/memory.ts'
import { StatusWord } from '../../components/StatusWord.tsx'
import { formatBytes, formatSpan } from '../../lib/format.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import { barPools } from './barLayout.ts'
import { barSentence, pressureWords } from './barSentence.ts'
import classes from './MemoryBar.module.css'
import { MemoryStrip } from './MemoryStrip.tsx'
import { usePlannedLoads } from './usePlannedLoads.ts'
import { useSampleAge } from './useSampleAge.ts'

function Sentence({ sample }: { sample: MemorySample }) {
  const { held, other, free } = barSentence(sample)
  return (
    <p className={`${classes.sentence} data number`}>
      <strong>{held}</strong>
      <span>{other}</span>
      <span>{free}</span>
    </p>
  )
}

function Machine({ sample, ageMs }: { sample: MemorySample; ageMs: number | null }) {
  const pressure = pressureWords(sample.pressure)
  const source = `RAM ${formatBytes(sample.totalBytes)}, ${sample.quality}: ${sample.source}. Used: ${sample.usedFormula}.`
  return (
    <div className={`${classes.machine} number`}>
      {sample.warning !== null && (
        <span className={classes.warning} title={sample.warning}>
          {sample.warning}
        </span>
      )}
      <Tooltip label={source} maw={320} position="bottom-end">
        <span className={`${classes.name} data`}>{sample.machine}</span>
      </Tooltip>
      {ageMs === null ? (
        <StatusWord tone={pressure.tone}>{pressure.words}</StatusWord>
      ) : (
        <StatusWord tone="warn">{`${formatSpan(ageMs / 1000)} old`}</StatusWord>
      )}
    </div>
  )
}

export function MemoryBar() {
  const sample = useMemoryStore((mirror) => mirror.sample)
  const planned = usePlannedLoads()
  const ageMs = useSampleAge()
  const pools = useMemo(() => (sample === null ? [] : barPools(sample, planned)), [sample, planned])
  return (
    <section className={classes.bar} aria-label="Memory">
      <div className={classes.words}>
        {sample === null ? (
          <p className={classes.sentence}>
            <span>Reading this machine’s memory</span>
          </p>
        ) : (
          <>
            <Sentence sample={sample} />
            <Machine sample={sample} ageMs={ageMs} />
          </>
        )}
      </div>
      <div className={`${classes.pools} ${ageMs === null ? '' : classes.stale}`}>
        {pools.length === 0 || sample === null ? (
          <div className={classes.empty}>{sample === null ? '' : 'The size of this machine’s memory is unknown.'}</div>
        ) : (
          pools.map((pool) => <MemoryStrip key={pool.label ?? ''} pool={pool} sample={sample} />)
        )}
      </div>
    </section>
  )
}
