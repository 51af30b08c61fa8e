/** Would catch: an alarm for an Ollama nobody has, and none for one that went away; a status that its problems do not explain. */
import { describe, expect, it } from 'vitest'
import { requests } from '../../shared/contract.ts'
import type { HostRequests } from '../../shared/hostRequests.ts'
import type { Host, Model } from '../../shared/model.ts'
import { id, testHost, testModel } from './diagnosticsRig.ts'
import { createHealth } from './health.ts'
import { createHostExpectation } from './hostExpectation.ts'

const usual = [
  { id: 'ollama', kind: 'ollama' as const, name: 'Ollama', url: 'http://127.0.0.1:11434' },
  { id: 'built-in', kind: 'llamacpp' as const, name: 'Built-in engine', url: null }
]
const down = (changes: Partial<Host> = {}): Host =>
  testHost('ollama', {
    status: 'down',
    version: null,
    error: { code: 'server_down', message: 'Ollama does not answer.', hint: null },
    ...changes
  })
const breaker = (state: HostRequests['breaker']['state']): HostRequests => ({
  hostId: 'ollama',
  breaker: { state, sinceAt: 0, reason: '5 answers failed in a row.', nextTryAt: 5, failures: 5 },
  queue: { running: 0, limit: 1, limitReason: 'start', answering: [], waitingCount: 0, waiting: [] },
  traffic: { windowMs: 1, answers: 0, errors: 0, responseMs: null, queueWaitMs: null },
  story: []
})

function healthOf(world: {
  hosts?: Host[]
  models?: Model[]
  requests?: HostRequests[]
  problems?: string[]
  heldId?: string | null
}) {
  const health = createHealth({
    version: '0.1.0',
    problems: () => world.problems ?? [],
    hosts: () => world.hosts ?? [testHost('built-in')],
    requests: () => world.requests ?? [],
    models: () => world.models ?? [],
    settings: () => ({ maxLoadedModels: 2, theme: 'system' }),
    isExpected: createHostExpectation(usual, world.heldId ?? null)
  })()
  // As the contract has it, and no field more.
  expect(requests['app.health'].output.parse(health)).toEqual(health)
  return health
}

describe('the status', () => {
  it.each<[string, Parameters<typeof healthOf>[0], string[]]>([
    ['all is well', {}, []],
    ['the usual Ollama was never there', { hosts: [down()] }, []],
    ['it was there, and went', { hosts: [down({ version: '0.30' })] }, ['Ollama is down: Ollama does not answer.']],
    ['OLLAMA_HOST names it', { hosts: [down()], heldId: 'ollama' }, ['Ollama is down: Ollama does not answer.']],
    ['it was put elsewhere', { hosts: [down({ url: 'http://mini:1' })] }, ['Ollama is down: Ollama does not answer.']],
    ['another one was added', { hosts: [down({ id: 'mini' })] }, ['Ollama is down: Ollama does not answer.']],
    ['a host is only late', { hosts: [down({ status: 'slow' })] }, []],
    [
      'the built-in engine is down',
      { hosts: [testHost('built-in', { status: 'down' })] },
      ['Built-in engine is down: it does not answer.']
    ],
    ['a breaker is closed', { hosts: [testHost('ollama')], requests: [breaker('closed')] }, []],
    [
      'a breaker is open',
      { hosts: [testHost('ollama')], requests: [breaker('open')] },
      ['Ollama is left alone for a while: 5 answers failed in a row.']
    ],
    [
      'one cause is said once',
      { hosts: [down({ version: '1' })], requests: [breaker('open')] },
      ['Ollama is down: Ollama does not answer.']
    ],
    ['the start had something to say', { problems: ['The disk is full.'] }, ['The disk is full.']],
    [
      'a model failed',
      {
        models: [
          testModel('a', {
            state: 'failed',
            error: { code: 'engine_crashed', message: 'The engine ended.', hint: null }
          })
        ]
      },
      ['a failed: The engine ended.']
    ],
    [
      'a file in the folder is no model',
      {
        models: [
          testModel('a', { state: 'failed', error: { code: 'bad_model_file', message: 'Cut off.', hint: null } })
        ]
      },
      []
    ]
  ])('where %s', (_, world, problems) => {
    const health = healthOf(world)
    expect(health.problems).toEqual(problems)
    expect(health.status).toBe(problems.length === 0 ? 'ok' : 'degraded')
  })
})

it('tells of what is in memory or should be, of each host with its requests, and of the settings in force', () => {
  const ready = testModel('r', { state: 'ready', heldBytes: 5, contextLength: 512, activeRequests: 1 })
  const health = healthOf({
    hosts: [testHost('ollama'), testHost('built-in')],
    requests: [breaker('closed')],
    models: [ready, testModel('u'), testModel('gone', { state: 'absent' })]
  })
  expect(health.loaded).toEqual([
    { id: id('r'), state: 'ready', heldBytes: 5, contextLength: 512, activeRequests: 1, error: null }
  ])
  expect(health.hosts.map((host) => host.requests?.hostId ?? null)).toEqual(['ollama', null])
  expect(health.settings).toEqual({ maxLoadedModels: 2, theme: 'system' })
})
