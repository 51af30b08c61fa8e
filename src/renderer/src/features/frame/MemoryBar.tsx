/** The signature of the app, over every screen: who holds the machine's memory, in one sentence and one strip. */
import { Tooltip } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMemo } from 'react'
import type { MemorySample } from '../../../../shared/memory.ts'
import { StatusWord } from '../../components/StatusWord.tsx'
import { formatBytes, formatSpan } from '../../lib/format.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import { barPools } from './barLayout.ts'
import { barSentence, pressureWords } from './barSentence.ts'
import classes from './MemoryBar.module.css'
import { MemoryStrip } from './MemoryStrip.tsx'
import { ReliefOffer } from './ReliefOffer.tsx'
import { useOfferedRelief } from './useOfferedRelief.ts'
import { usePlannedLoads } from './usePlannedLoads.ts'
import { useSampleAge } from './useSampleAge.ts'

function Sentence({ sample }: { sample: MemorySample }) {
  const { held, other, free } = barSentence(sample)
  return (
    <p className={`${classes.sentence} data number`}>
      <strong>{held}</strong>
      <span className={classes.rest}>{other}</span>
      <span className={classes.rest}>{free}</span>
    </p>
  )
}

/** A mark, not words: it is about the numbers beside it, and they must not move for it. */
function Warning({ words }: { words: string }) {
  return (
    <Tooltip label={words} maw={320} position="bottom-end" openDelay={120}>
      <span className={classes.warning} role="img" aria-label={words} tabIndex={0}>
        <IconAlertTriangle size={15} stroke={1.8} aria-hidden />
      </span>
    </Tooltip>
  )
}

const simulatedWords = 'Size and chip are set by STOKER_SIMULATE_MEMORY_GB and STOKER_SIMULATE_CHIP.'

function Machine({ sample, ageMs }: { sample: MemorySample; ageMs: number | null }) {
  const pressure = pressureWords(sample.pressure)
  const source = `RAM ${formatBytes(sample.totalBytes)}, ${sample.quality}: ${sample.source}. Used: ${sample.usedFormula}.`
  return (
    <div className={`${classes.machine} number`}>
      {sample.simulated === null ? (
        <Tooltip label={source} maw={320} position="bottom-end">
          <span className={`${classes.name} data`}>{sample.machine}</span>
        </Tooltip>
      ) : (
        <Tooltip label={`${simulatedWords} ${source}`} maw={320} position="bottom-end">
          <span className={`${classes.simulated} data`}>
            simulated<span className={classes.size}>: {sample.simulated}</span>
          </span>
        </Tooltip>
      )}
      {sample.warning !== null && <Warning words={sample.warning} />}
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
  const { planned, leaving } = usePlannedLoads()
  const ageMs = useSampleAge()
  const relief = useOfferedRelief()
  const isSimulated = sample !== null && sample.simulated !== null
  const pools = useMemo(() => (sample === null ? [] : barPools(sample, planned, leaving)), [sample, planned, leaving])
  return (
    <section className={classes.bar} aria-label="Memory">
      <div
        className={`${classes.words} ${relief === null ? '' : classes.offering} ${isSimulated ? classes.simulating : ''}`}
      >
        {sample === null ? (
          <p className={classes.sentence}>
            <span>Reading this machine’s memory</span>
          </p>
        ) : (
          <>
            <Sentence sample={sample} />
            <ReliefOffer relief={relief} />
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
