/** The model's memory by part, as its engine logged it, beside what is measured. */
import type { Model, ModelDetails } from '../../../../../shared/model.ts'
import { modelKey } from '../../../../../shared/modelKey.ts'
import { Fact, Facts } from '../../../components/Facts.tsx'
import { formatBytes, formatBytesFine } from '../../../lib/format.ts'
import { useModelColour } from '../../../stores/colourStore.ts'
import { useMemoryStore } from '../../../stores/memoryStore.ts'
import { isResident } from '../../../stores/modelStore.ts'
import { useHeldBytes } from '../modelHooks.ts'
import classes from './MemoryParts.module.css'

type Parts = NonNullable<ModelDetails['memoryParts']>

/** One colour, fainter with each part. */
const opacities = [1, 0.6, 0.35, 0.22]

function PartsBar({ parts, colour }: { parts: Parts; colour: string }) {
  return (
    <div className={classes.bar} aria-hidden>
      {parts.map((part, index) => (
        <span
          key={part.label}
          className={classes.part}
          style={{
            flexGrow: part.bytes,
            background: colour,
            opacity: opacities[Math.min(index, opacities.length - 1)]
          }}
        />
      ))}
    </div>
  )
}

const qualityLabels = { measured: 'Measured', reported: 'Reported', estimated: 'Estimated' } as const

export function MemoryParts({ model, parts }: { model: Model; parts: Parts | null }) {
  const key = modelKey(model.id)
  const { colour } = useModelColour(key)
  const heldBytes = useHeldBytes(model)
  const sampled = useMemoryStore((mirror) => mirror.sample?.models.find((each) => modelKey(each.id) === key))
  const quality = sampled?.quality ?? model.heldQuality
  const shown = (parts ?? []).filter((part) => part.bytes > 0)
  if (!isResident(model)) {
    return (
      <Facts>
        <Fact label="On disk">{formatBytesFine(model.sizeBytes)}</Fact>
        <Fact label="Will hold">
          {model.sizeBytes === null ? 'unknown' : `about ${formatBytes(model.sizeBytes)} or more`}
        </Fact>
      </Facts>
    )
  }
  return (
    <>
      {shown.length > 0 && <PartsBar parts={shown} colour={colour} />}
      <Facts>
        {shown.map((part) => (
          <Fact key={part.label} label={part.label}>
            {formatBytesFine(part.bytes)}
          </Fact>
        ))}
        <Fact label={quality === null ? 'Held' : qualityLabels[quality]} title={sampled?.source ?? ''} isStrong>
          {formatBytesFine(heldBytes)}
        </Fact>
        <Fact label="On disk">{formatBytesFine(model.sizeBytes)}</Fact>
      </Facts>
    </>
  )
}
