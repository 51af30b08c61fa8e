/**
 * The four models of the demonstration on a 16 GB Mac with an M4, as `STOKER_SIMULATE_MEMORY_GB=16 STOKER_SIMULATE_CHIP="Apple M4"`
 * shows it. Every verdict is worked out by hand from these numbers (bytes):
 *
 *   limit 12,124 MiB - reserve 4,096 MiB = budget 8,028 MiB                        = 8,417,968,128
 *   RAM 17,179,869,184 - other programs 3,000,000,000                             = 14,179,869,184 for models: the budget decides
 *
 *            weights          per token (layers x kv heads x 128 x 2 x 2)     compute        output
 *   3b       2,011,539,456    28 x 8 x 512 = 114,688                          275,253,248    513,024
 *   7b       4,677,120,000    28 x 4 x 512 =  57,344                          326,109,184    608,256
 *   14b      8,982,142,976    48 x 8 x 512 = 196,608                          332,400,640    608,256
 *   70b     42,470,588,416    80 x 8 x 512 = 327,680                          296,224,768    513,024
 *
 * compute: 512 x 4 x (vocabulary + 2 x embedding + 1); output: vocabulary x 4. Program and driver are left out.
 */
import { describe, expect, it } from 'vitest'
import { demoModels } from '../../../e2e/fakeOllama/demoModels.ts'
import { shapeInfo, shapeTensors } from '../../../e2e/fakeOllama/modelShape.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { Need } from '../../shared/need.ts'
import { needFacts } from '../providers/fakeProvider.ts'
import { readModelInfo, readTensors } from '../providers/ollama/shownWeights.ts'
import { judgeFit } from './fit.ts'
import { mebibyte, gibibyte, residentOf, sampleOf } from './fitRig.ts'
import { readModelShape } from './modelShape.ts'
import { formulaNeed } from './need.ts'
import type { Resident } from './resident.ts'
import { judgeWhatIf, type Selected } from './whatIf.ts'

type Name = keyof typeof demoModels
const [tiny, small, middle, large] = ['llama3.2:3b', 'qwen2.5:7b', 'qwen2.5:14b', 'llama3.3:70b'] as const

function machine(otherBytes = 3_000_000_000) {
  return sampleOf({
    totalBytes: 16 * gibibyte,
    otherBytes,
    limitBytes: 12_124 * mebibyte,
    reserveBytes: 4_096 * mebibyte
  })
}

/** As the Ollama provider tells it, where the file itself cannot be read. */
function needOf(name: Name, contextLength: number): Need | null {
  const { shape, family = '', contextLength: max = 0, sizeBytes = 0 } = demoModels[name]
  if (!shape) throw new Error('the demonstration has shapes')
  const facts = needFacts(name, {
    metadata: readModelInfo({ 'general.architecture': family, ...shapeInfo(shape, family, max) }),
    tensors: readTensors(shapeTensors(shape)),
    weightsBytes: sizeBytes
  })
  const read = readModelShape(facts)
  return read && formulaNeed(facts, read, contextLength, { overheadBytes: 0 })
}

function selected(name: Name, contextLength = 4_096): Selected {
  const id = { hostId: 'h', name }
  const maxContextLength = demoModels[name].contextLength ?? null
  const needAt = (length: number): Need | null => needOf(name, length)
  return {
    id,
    key: modelKey(id),
    contextLength,
    maxContextLength,
    need: needAt(contextLength),
    needAt,
    usesCards: true
  }
}

function judge(name: Name, contextLength: number, residents: Resident[] = [], sample = machine()) {
  return judgeFit({ ...selected(name, contextLength), residents, replaced: null, sample, countToFree: 0 })
}

/** Loaded, and holding what was predicted. */
function loaded(name: Name, contextLength = 4_096, change: Partial<Resident> = {}): Resident {
  return residentOf(name, { heldBytes: needOf(name, contextLength)?.bytes ?? null, ...change })
}

describe('a 16 GB Mac with an M4', () => {
  it.each<[Name, number]>([
    // 2,011,539,456 + 4,096 x 114,688 (448 MiB) + 275,253,248 + 513,024
    [tiny, 2_757_067_776],
    // 4,677,120,000 + 4,096 x 57,344 (224 MiB) + 326,109,184 + 608,256
    [small, 5_238_718_464],
    // 8,982,142,976 + 4,096 x 196,608 (768 MiB) + 332,400,640 + 608,256
    [middle, 10_120_458_240],
    // 42,470,588,416 + 4,096 x 327,680 (1,280 MiB) + 296,224,768 + 513,024
    [large, 44_109_503_488]
  ])('%s with 4,096 tokens is predicted to need what the sum above says', (name, bytes) => {
    expect(needOf(name, 4_096)).toMatchObject({ bytes, source: 'formula' })
  })

  it('has room for the 3b and for the 7b alone', () => {
    const sum = {
      limitBytes: 12_712_935_424,
      reserveBytes: 4_294_967_296,
      budgetBytes: 8_417_968_128,
      limitedBy: 'budget'
    }
    expect(judge(tiny, 4_096)).toMatchObject({ verdict: 'fits', sum: { ...sum, roomBytes: 8_417_968_128 } })
    expect(judge(small, 4_096)).toMatchObject({ verdict: 'fits', sum })
  })

  it('refuses the 14b: its weights alone are more than the budget', () => {
    // 10,120,458,240 - 8,417,968,128; with 2,048 tokens it would still be 9.7 GB.
    expect(judge(middle, 4_096)).toMatchObject({
      verdict: 'does_not_fit',
      isAllowed: false,
      fittingContextLength: null,
      sum: { overBytes: 1_702_490_112 }
    })
  })

  it('refuses the 70b', () => {
    expect(judge(large, 4_096)).toMatchObject({
      verdict: 'does_not_fit',
      isAllowed: false,
      sum: { overBytes: 35_691_535_360 }
    })
  })

  it('has room for the 3b and the 7b together', () => {
    // 8,417,968,128 - 2,757,067,776 = 5,660,900,352, and 5,238,718,464 are needed.
    expect(judge(small, 4_096, [loaded(tiny)])).toMatchObject({ verdict: 'fits', sum: { roomBytes: 5_660_900_352 } })
  })

  it('has room for the 7b with all its 32,768 tokens once the 3b is gone, or beside it with 11,264', () => {
    // 4,677,120,000 + 32,768 x 57,344 + 326,109,184 + 608,256 = 6,882,885,632 is beyond 5,660,900,352.
    // (5,660,900,352 - 5,003,837,440) / 57,344 = 11,458 tokens: 44 x 256 = 11,264.
    expect(judge(small, 32_768, [loaded(tiny)])).toMatchObject({
      verdict: 'fits_if_unloaded',
      unload: [{ name: tiny }],
      fittingContextLength: 11_264,
      isAllowed: true
    })
  })

  it('has room for the 3b beside a pinned 7b only with a shorter context', () => {
    // 8,417,968,128 - 5,238,718,464 = 3,179,249,664; 16,384 tokens need 4,166,353,920.
    // (3,179,249,664 - 2,287,305,728) / 114,688 = 7,777 tokens: 30 x 256 = 7,680.
    expect(judge(tiny, 16_384, [loaded(small, 4_096, { isPinned: true })])).toMatchObject({
      verdict: 'fits_with_context',
      unload: [],
      fittingContextLength: 7_680,
      isAllowed: false
    })
  })

  it('refuses the 14b whoever is loaded, and unloads nobody for it', () => {
    const fit = judge(middle, 4_096, [loaded(tiny, 4_096, { isPinned: true })])
    expect(fit).toMatchObject({ verdict: 'does_not_fit', isAllowed: false, unload: [] })
  })

  it('counts the 7b once when it is loaded anew with a longer context', () => {
    const replaced = loaded(small)
    const fit = judgeFit({
      ...selected(small, 32_768),
      residents: [],
      replaced,
      sample: machine(),
      countToFree: 0
    })
    expect(fit).toMatchObject({ verdict: 'fits', sum: { heldBytes: 0, replacedBytes: 5_238_718_464 } })
  })

  it('is short of room for other reasons when other programs use 12 GB: it is said, and nothing is refused', () => {
    // 17,179,869,184 - 12,000,000,000 = 5,179,869,184; (5,179,869,184 - 5,003,837,440) / 57,344 = 3,069: 11 x 256 = 2,816.
    expect(judge(small, 4_096, [], machine(12_000_000_000))).toMatchObject({
      verdict: 'fits_with_context',
      fittingContextLength: 2_816,
      isAllowed: true,
      sum: { limitedBy: 'other_programs', freeBytes: 5_179_869_184 }
    })
  })
})

describe('what if all four', () => {
  it('together they need 62.2 GB; without the two large ones they fit', () => {
    const whatIf = judgeWhatIf(
      [tiny, small, middle, large].map((name) => selected(name)),
      [],
      machine()
    )
    expect(whatIf).toMatchObject({ verdict: 'does_not_fit', totalBytes: 62_225_747_968 })
    expect(whatIf.advice).toEqual([
      { unload: [], contexts: [], leaveOut: [middle, large].map((name) => ({ hostId: 'h', name })) }
    ])
  })

  it('of the two small ones with 32,768 tokens each: with 6,400 they fit', () => {
    // (8,417,968,128 - 2,287,305,728 - 5,003,837,440) / (114,688 + 57,344) = 6,550 tokens: 25 x 256 = 6,400.
    const whatIf = judgeWhatIf([selected(tiny, 32_768), selected(small, 32_768)], [], machine())
    expect(whatIf).toMatchObject({ verdict: 'fits_with_context', totalBytes: 12_928_287_744 })
    expect(
      whatIf.advice.map(({ contexts, leaveOut }) => [contexts.map((one) => one.contextLength), leaveOut.length])
    ).toEqual([
      [[6_400, 6_400], 0],
      [[], 1]
    ])
  })
})
