/** What a loaded model holds: by part, as its engine logged it, beside what was predicted, and where the number is from. */
import type { Model, ModelDetails } from '../../../../../shared/model.ts'
import { modelKey, sameModel } from '../../../../../shared/modelKey.ts'
import { Fact, Facts } from '../../../components/Facts.tsx'
import { HoverTip } from '../../../components/HoverTip.tsx'
import { formatBytesFine } from '../../../lib/format.ts'
import { useModelColour } from '../../../stores/colourStore.ts'
import { useMemoryStore } from '../../../stores/memoryStore.ts'
import { useHeldBytes } from '../modelHooks.ts'
import { needValue } from '../sumLines.ts'
import { usePrediction } from '../usePrediction.ts'
import classes from './Memory.module.css'
import { compared, originWords, predictedLabel, predictedWords, qualityWord } from './memoryWords.ts'
import { NeedTip } from './NeedTip.tsx'
import { PartsBar } from './PartsBar.tsx'

export function HeldMemory({ model, details }: { model: Model; details: ModelDetails | null }) {
  const { colour } = useModelColour(modelKey(model.id))
  const heldBytes = useHeldBytes(model)
  const sampled = useMemoryStore((mirror) => mirror.sample?.models.find((each) => sameModel(each.id, model.id)))
  const parts = (details?.memoryParts ?? []).filter((part) => part.bytes > 0)
  const expected = usePrediction(model.id)
  const predicted = details?.predicted ?? null
  const comparison = predicted === null ? null : compared(predicted, parts, heldBytes)
  return (
    <>
      <PartsBar parts={parts} colour={colour} />
      <Facts>
        {parts.map((part) => (
          <Fact key={part.label} label={part.label}>
            {formatBytesFine(part.bytes)}
          </Fact>
        ))}
        <Fact label={qualityWord(sampled?.quality ?? model.heldQuality)} isStrong>
          {formatBytesFine(heldBytes)}
        </Fact>
        {model.state === 'loading' && expected !== null && <Fact label="Expected">{needValue(expected)}</Fact>}
        {predicted !== null && comparison !== null && (
          <Fact label={predictedLabel(comparison)}>
            <HoverTip content={() => <NeedTip need={predicted} isOfBuffers={comparison.isOfBuffers} />}>
              {predictedWords(comparison)}
            </HoverTip>
          </Fact>
        )}
      </Facts>
      {sampled !== undefined && <p className={`${classes.note} data number`}>{originWords(sampled)}</p>}
    </>
  )
}
