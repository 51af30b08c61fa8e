/** Would catch: a shape that some system really prints and no parser reads, and a hostile variant of it read as a wrong number. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBufferLines } from '../../../providers/llamacpp/parseBufferLines.ts'
import { parsePs } from '../../../providers/ollama/ollamaAnswers.ts'
import { damaged } from './damagedText.ts'
import { parseSysfsNumber } from './parseAmdGpu.ts'
import { parseComputeApps } from './parseComputeApps.ts'
import { parseDeviceList } from './parseDeviceList.ts'
import { parseFootprint } from './parseFootprint.ts'
import { parseFreePercent } from './parseMemoryPressure.ts'
import { parseNvidiaGpu } from './parseNvidiaGpu.ts'
import { parsePerformanceStatistics } from './parsePerformanceStatistics.ts'
import { parseRunnerLine } from './parseRunner.ts'
import { parsePressureLevel, parseSwapUsed, parseSysctlLines, parseWiredLimit } from './parseSysctl.ts'
import { parseVmStatText } from './parseVmStatText.ts'
import { parseWorkingSetLog } from './parseWorkingSetLog.ts'
import { usedByPages } from './vmPages.ts'
import { createVmStatRows } from './vmStatRows.ts'

const MIB = 2 ** 20
const GIB = 2 ** 30

interface Shape {
  name: string
  text: string
  /** Every number the parser takes from the text, unknown ones as null. */
  parse: (text: string) => (number | null)[]
  numbers: (number | null)[]
  /** What a written number may be multiplied by. */
  units: number[]
}

const lines = (text: string): string[] => text.split('\n')

const vmStat = `Mach Virtual Memory Statistics: (page size of 4096 bytes)
Pages free:                               40000.
Pages active:                            900000.
Pages inactive:                          700000.
Pages speculative:                        20000.
Pages throttled:                              0.
Pages wired down:                        300000.
Pages purgeable:                           5000.
"Translation faults":                 574921966.
Pages copy-on-write:                   38671927.
File-backed pages:                       620000.
Anonymous pages:                        1000000.
Pages stored in compressor:              300000.
Pages occupied by compressor:            100000.
Swapouts:                                929703.
`
const vmStatStream = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
    free   active   specul inactive throttle    wired  prgable   faults     copy    0fill reactive   purged file-backed anonymous cmprssed cmprssor  dcomprs   comprs  pageins  pageout  swapins swapouts
   21305  1024147     2924  1020352        0   565442     8455    1545K    17209    60448        0        0      956929   1090494  7712523  2189584     6043        0     2347        0        0        0 `
const ioreg = `+-o AGXAcceleratorG15X  <class AGXAcceleratorG15X, id 0x100000478, registered, matched, active, busy 0 (752 ms), retain 101>
    {
      "AGCInfo" = {"fLastSubmissionPID"=835,"fSubmissionsSinceLastCheck"=0,"fBusyCount"=0}
      "AGXParameterBufferMaxSize" = -1717043200
  |   "PerformanceStatistics" = {"In use system memory (driver)"=0,"Alloc system memory"=7597121024,"Tiler Utilization %"=15,"recoveryCount"=0,"Renderer Utilization %"=1,"Device Utilization %"=98,"SplitSceneCount"=0,"Allocated PB Size"=82444288,"In use system memory"=430571520}
      "model" = "Apple M3 Max"
      "gpu-core-count" = 40
    }
+-o AGXHelper  <class AGXHelper>
    {
      "PerformanceStatistics" = {}
    }`
const footprint = `task_read_for_pid (?/?)  (ffffffff)
footprint: Unable to analyze process with pid 419 (try as root?)
======================================================================
ollama [641]: 64-bit    Footprint: 214434824 B (16384 bytes per page)
======================================================================

Auxiliary data:
    phys_footprint: 214483977 B
    phys_footprint_peak: 250954712 B
======================================================================
helper [642]: 64-bit    Footprint: 3240 KB (16384 bytes per page)
======================================================================

  Dirty      Clean  Reclaimable    Regions    Category
    ---        ---          ---        ---    ---
9310 MB        0 B          0 B        101    untagged (VM_ALLOCATE)

Auxiliary data:
    phys_footprint: 3256 KB
    phys_footprint_peak: 3320 KB
`
const memoryPressure = `The system has 34359738368 (2097152 pages with a page size of 16384).

Stats:
Pages free: 5490
Pages purgeable: 630

System-wide memory free percentage: 57%
`
const apps = `3151, python3, 219
6331, sglang::scheduler, 96074
9268, ...\\CrossDeviceResume.exe, [N/A]
GPU-abc, 15501, C:\\Ollama\\ollama_llama_server.exe, 1235
525, [Insufficient Permissions]
GPU-50205d95-57b6-f541-2bcb-86c09afed564, 38311, 4246
GPU-50205d95-57b6-f541-2bcb-86c09afed564, [Not Supported], [Not Supported]
`
const bufferLog = `load_tensors:   CPU_Mapped model buffer size =   309.25 MiB
load_tensors:  MTL0_Mapped model buffer size =  1919.50 MiB
llama_kv_cache:       MTL0 KV buffer size =   448.00 MiB
sched_reserve:       MTL0 compute buffer size =   256.50 MiB
llama_memory_recurrent:      CUDA0 RS buffer size =    90.50 MiB
llama_context:  CUDA_Host  output buffer size =     1.00 MiB
common_memory_breakdown_print: |   - CUDA0 (RTX 5060 Ti) | 15841 = 15630 + (15302 = 14736 +      72 +     493) + 17592186029324 |
`
const devices = `Available devices:
  MTL0: Apple M4 Max (53084 MiB, 53084 MiB free)
  BLAS: Accelerate (0 MiB, 0 MiB free)
  CUDA0: NVIDIA GeForce RTX 4090 (24564 MiB, 24000 MiB free)
`

const shapes: Shape[] = [
  {
    name: 'vm_stat',
    text: vmStat,
    parse: (text) => Object.values(parseVmStatText(text)?.count ?? {}),
    numbers: [40_000, 900_000, 700_000, 20_000, 300_000, 5_000, 620_000, 1_000_000, 100_000],
    units: [1]
  },
  {
    name: 'vm_stat 1',
    text: vmStatStream,
    parse(text) {
      const row = lines(text).map(createVmStatRows()).at(-1)
      return Object.values(row?.count ?? {})
    },
    numbers: [21_305, 1_024_147, 1_020_352, 2_924, 565_442, 8_455, 956_929, 1_090_494, 2_189_584],
    units: [1, 1000]
  },
  {
    name: 'ioreg',
    text: ioreg,
    parse(text) {
      const counters = parsePerformanceStatistics(lines(text))
      return [counters?.allocatedBytes ?? null, counters?.loadPercent ?? null]
    },
    numbers: [7_597_121_024, 98],
    units: [1]
  },
  {
    name: 'footprint',
    text: footprint,
    parse: (text) => [...parseFootprint(text)].flat(),
    numbers: [641, 214_483_977, 642, 3_256 * 1024],
    units: [1, 2 ** 10, MIB, GIB]
  },
  {
    name: 'memory_pressure',
    text: memoryPressure,
    parse: (text) => [parseFreePercent(text)],
    numbers: [57],
    units: [1]
  },
  {
    name: 'memory_pressure -Q',
    text: 'System-wide memory free percentage: 9%\n',
    parse: (text) => [parseFreePercent(text)],
    numbers: [9],
    units: [1]
  },
  {
    name: 'sysctl',
    text: `hw.memsize            = 17179869184\niogpu.wired_limit_mb  = 0      # AUTO (not admin-overridden)\nunknown oid 'vm.page_free_count'\n1234\nvm.swapusage: total = 10240.00M  used = 8666.50M  free = 1573.50M  (encrypted)\n`,
    parse(text) {
      const values = parseSysctlLines(lines(text))
      return [parseWiredLimit(values.get('iogpu.wired_limit_mb')), parseSwapUsed(values.get('vm.swapusage'))]
    },
    numbers: [null, 8_666.5 * MIB],
    units: [MIB, 2 ** 10, GIB]
  },
  {
    name: 'sysctl with a limit set',
    text: 'iogpu.wired_limit_mb: 21504\nkern.memorystatus_vm_pressure_level: 2\n',
    parse: (text) => [parseWiredLimit(parseSysctlLines(lines(text)).get('iogpu.wired_limit_mb'))],
    numbers: [21_504 * MIB],
    units: [MIB]
  },
  ...['8589934593', '58000000001', '34'].map((value) => ({
    name: `AMD sysfs ${value}`,
    text: `${value}\n`,
    parse: (text: string) => [parseSysfsNumber(text)],
    numbers: [Number(value)],
    units: [1]
  })),
  {
    name: 'nvidia-smi apps',
    text: apps,
    parse: (text) => parseComputeApps(text).flatMap(({ pid, usedBytes }) => [pid, usedBytes]),
    numbers: [3151, 219 * MIB, 6331, 96_074 * MIB, 9268, null, 15_501, 1_235 * MIB, 525, null, 38_311, 4_246 * MIB],
    units: [1, MIB]
  },
  {
    name: 'llama-server --list-devices',
    text: devices,
    parse: (text) => parseDeviceList(text).map(({ totalBytes }) => totalBytes),
    numbers: [53_084 * MIB, 24_564 * MIB],
    units: [MIB]
  },
  {
    name: "the engine's buffer lines, without its breakdown and what underflows there",
    text: bufferLog,
    parse: (text) => parseBufferLines(lines(text)).map(({ bytes }) => bytes),
    numbers: [309.25 * MIB, 1_919.5 * MIB, 448 * MIB, 256.5 * MIB, 90.5 * MIB, MIB],
    units: []
  },
  {
    name: 'the working set in a log, decimal MB, the last one',
    text: `ggml_metal_device_init: recommendedMaxWorkingSetSize  = 12713.12 MB\nggml_metal_rsets_init: creating a residency set collection (keep_alive = 180 s)\nggml_metal_init: recommendedMaxWorkingSetSize  = 22548,58 MB\nllama_model_load_from_file_impl: using device MTL0 (Apple M4) (unknown id) - 12123 MiB free\n`,
    parse: (text) => [parseWorkingSetLog(text)],
    numbers: [22_548_580_000],
    units: []
  }
]

const hostileNumbers = [
  '12K',
  '12.5',
  '12,5',
  '[N/A]',
  '-5',
  '99999999999999999999',
  'NaN',
  'Infinity',
  '0x10',
  '1e6',
  '',
  '[Not Supported]'
]

describe('every shape', () => {
  it.each(shapes)('$name gives its numbers', ({ text, parse, numbers }) => {
    expect(parse(text)).toEqual(numbers)
  })

  it.each(shapes)(
    '$name with line ends of another system gives the same numbers or none',
    ({ text, parse, numbers }) => {
      for (const number of parse(text.replaceAll('\n', '\r\n'))) expect([...numbers, null]).toContain(number)
    }
  )

  it.each(shapes)('$name cut off anywhere gives no other numbers', ({ text, parse, numbers }) => {
    for (let end = 0; end <= text.length; end += Math.max(1, Math.floor(text.length / 400))) {
      // A number cut in two is another number: only whole lines are ever handed to a parser.
      const whole = text.slice(0, text.lastIndexOf('\n', end) + 1)
      for (const number of parse(whole)) expect([...numbers, 12_713_120_000, null]).toContain(number)
    }
  })

  it.each(shapes)('$name with any one number made senseless gives the others or null, never a wrong one', (shape) => {
    for (const found of shape.text.matchAll(/\d+/g)) {
      for (const hostile of hostileNumbers) {
        const text = shape.text.slice(0, found.index) + hostile + shape.text.slice(found.index + found[0].length)
        for (const number of shape.parse(text)) {
          if (number === null || shape.numbers.includes(number)) continue
          // What is left must at least be written there.
          expect(isWritten(number, text, shape.units)).toBe(true)
        }
      }
    }
  })

  it.each(shapes)(
    '$name, damaged, never throws and is never negative, fractional or beyond what is exact',
    ({ text, parse, units }) => {
      fc.assert(
        fc.property(damaged(text), (broken) => {
          for (const number of parse(broken)) {
            if (number === null) continue
            expect(Number.isSafeInteger(number) && number >= 0).toBe(true)
            if (units.length > 0) expect(isWritten(number, broken, units)).toBe(true)
          }
        }),
        { numRuns: 200 }
      )
    }
  )
})

function isWritten(number: number, text: string, units: readonly number[]): boolean {
  const written = new Set(
    (text.match(/\d+(?:\.\d+)?/g) ?? []).flatMap((digits) => [Number(digits), Number.parseInt(digits)])
  )
  if ([...written].some((one) => units.some((unit) => Math.round(one * unit) === number))) return true
  // Decimals of the log and of buffers, joined from their two halves.
  return (
    units.length === 0 && [...written].some((one) => [MIB, 1e6].some((unit) => Math.abs(one * unit - number) <= unit))
  )
}

describe('what looks like numbers and is none', () => {
  it.each([
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
    'No devices were found',
    'Unable to determine the device handle for GPU0000:02:00.0: GPU has fallen off the bus.'
  ])('"%s" is no card and no process', (text) => {
    expect(parseNvidiaGpu(text)).toBeNull()
    expect(parseComputeApps(text)).toEqual([])
  })

  it('a working set in other units or of nothing', () => {
    for (const value of ['12713.12 MiB', '12.7 GB', '-12713.12 MB', '0.00 MB', '12713 MB', '12713.123 MB', '[N/A]'])
      expect(parseWorkingSetLog(`x: recommendedMaxWorkingSetSize  = ${value}\n`)).toBeNull()
  })

  it('a page size that changed is taken from the header, not remembered', () => {
    const parse = createVmStatRows()
    lines(vmStatStream).map(parse)
    const changed = lines(vmStatStream.replace('16384', '4096')).map(parse).at(-1)
    expect(changed?.pageBytes).toBe(4096)
    expect(changed && usedByPages(changed, 96 * GIB)).toBeNull()
    const text = parseVmStatText(vmStat)
    expect(text && usedByPages(text, 8 * GIB)).toBe((1_000_000 - 5_000 + 300_000 + 100_000) * 4096)
    const guessed = parseVmStatText(vmStat.replace('4096', '16384'))
    expect(guessed && usedByPages(guessed, 8 * GIB)).toBeNull()
  })

  it('levels of pressure that do not exist', () => {
    expect(['1', '2', '4', '8', '-1', '1.0', '[N/A]'].map(parsePressureLevel)).toEqual([
      'normal',
      'warn',
      'critical',
      null,
      null,
      null,
      null
    ])
  })
})

describe('command lines of runners', () => {
  const blob = `sha256-${'5'.repeat(64)}`
  it.each([
    [
      `/opt/homebrew/Cellar/ollama/0.7.0/bin/ollama runner --model /Users/t/.ollama/models/blobs/${blob} --ctx-size 8192 --batch-size 512 --n-gpu-layers 33 --threads 6 --parallel 2 --port 50762`,
      `/Users/t/.ollama/models/blobs/${blob}`
    ],
    [`/opt/homebrew/Cellar/ollama/0.17.0/bin/ollama runner --model /m/blobs/${blob} --port 54686`, `/m/blobs/${blob}`],
    [
      `/usr/lib/ollama/llama-server --model /m/blobs/${blob} --port 4 --host 127.0.0.1 --no-webui --offline -c 8192 -np 2 --log-verbosity 4 --no-log-prefix`,
      `/m/blobs/${blob}`
    ]
  ])('%s', (line, path) => {
    expect(parseRunnerLine(line)).toMatchObject({ weightsPath: path, modelName: null })
  })
})

describe("Ollama's /api/ps", () => {
  const model = (changes: object): object => ({
    name: 'mistral:latest',
    model: 'mistral:latest',
    size: 5_137_025_025,
    digest: 'ab'.repeat(32),
    details: { format: 'gguf', family: 'llama', parameter_size: '7.2B', quantization_level: 'Q4_0' },
    expires_at: '2024-06-04T14:38:31.83753-07:00',
    size_vram: 137_025_024,
    ...changes
  })
  const amounts = (changes: object) => {
    const [first] = parsePs({ models: [model(changes)] }, 0)
    return [first?.heldBytes ?? null, first?.gpuBytes ?? null]
  }

  it('gives its numbers', () => {
    expect(amounts({})).toEqual([5_137_025_025, 137_025_024])
  })

  it.each([[-1], [Number.NaN], ['5137025024'], [null], [1.5], [2 ** 60]])('takes %s for unknown', (size) => {
    const [held] = amounts({ size })
    expect(held).toBeNull()
  })
})
