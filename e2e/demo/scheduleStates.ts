/** Schedules to look at: an ordinary week with a clash, forty rules with long names, and weeks in which clocks are set. */
import type { Model } from '../../src/shared/model.ts'
import type { Rule, RuleState, RuleTime, WarmUpResult } from '../../src/shared/schedule.ts'
import { minute, model } from './parts.ts'
import type { DemoState } from './state.ts'

const weekdays = [1, 2, 3, 4, 5]
const hour = 60 * minute

function rule(id: string, name: string, models: readonly string[], when: RuleTime, changes: Partial<Rule> = {}): Rule {
  const named = models.map((each) => ({ id: { hostId: 'ollama', name: each }, contextLength: null }))
  return { id, name, isEnabled: true, models: named, when, ...changes }
}

function stateOf(of: Rule, changes: Partial<RuleState> = {}): RuleState {
  return {
    rule: of,
    isActive: false,
    isRunning: false,
    untilAt: null,
    nextAt: null,
    lastRun: null,
    note: null,
    ...changes
  }
}

function ready(name: string, durationMs: number): WarmUpResult {
  return { id: { hostId: 'ollama', name }, outcome: 'ready', durationMs, error: null }
}

const outOfRoom = {
  code: 'does_not_fit' as const,
  message: 'llama3.3:70b needs 43.3 GB, and 22.4 GB are there.',
  hint: null
}

function everydayRules(now: number): RuleState[] {
  const failed = { id: { hostId: 'ollama', name: 'llama3.3:70b' }, outcome: 'failed' as const, durationMs: null }
  return [
    stateOf(
      rule('office', 'Office hours', ['llama3.2:3b', 'qwen3:8b'], {
        kind: 'window',
        time: '08:30',
        days: weekdays,
        minutes: 600
      }),
      {
        isActive: true,
        nextAt: now + 15 * hour,
        lastRun: { at: now - 5 * hour, dueAt: null, results: [ready('llama3.2:3b', 3_100), ready('qwen3:8b', 6_240)] }
      }
    ),
    stateOf(
      rule('batch', 'Batch', ['mistral-small:22b', 'deepseek-r1:8b'], {
        kind: 'window',
        time: '14:30',
        days: [3],
        minutes: 210
      }),
      {
        nextAt: now + 40 * hour,
        lastRun: { at: now - 6 * 24 * hour, dueAt: null, results: [ready('mistral-small:22b', 14_100)] }
      }
    ),
    stateOf(
      rule('nightly', 'Nightly', ['deepseek-r1:8b'], { kind: 'window', time: '22:00', days: [5, 7], minutes: 300 }),
      {
        nextAt: now + 3 * hour,
        lastRun: { at: now - 20 * hour, dueAt: null, results: [ready('deepseek-r1:8b', 4_100)] }
      }
    ),
    stateOf(rule('lunch', 'Before lunch', ['gemma3:1b'], { kind: 'at', time: '11:45', days: [1, 2, 3, 4, 5, 6, 7] }), {
      nextAt: now + 21 * hour
    }),
    stateOf(rule('start', 'First thing', ['llama3.2:3b'], { kind: 'app_start' }), {
      lastRun: {
        at: now - 3 * hour,
        dueAt: null,
        results: [{ id: { hostId: 'ollama', name: 'llama3.2:3b' }, outcome: 'warm', durationMs: null, error: null }]
      }
    }),
    stateOf(rule('big', 'The big one', ['llama3.3:70b', 'qwen3:8b'], { kind: 'after_job' }), {
      lastRun: {
        at: now - 26 * hour,
        dueAt: null,
        results: [{ ...failed, error: outOfRoom }, ready('qwen3:8b', 6_240)]
      },
      note: 'tried again at 08:31 after a failure'
    }),
    stateOf(
      rule(
        'off',
        'Weekend experiments',
        ['phi4-mini:3.8b'],
        { kind: 'window', time: '10:00', days: [6, 7], minutes: 480 },
        {
          isEnabled: false
        }
      )
    )
  ]
}

function manyRules(models: readonly Model[]): RuleState[] {
  const names = models.map(({ id }) => id.name)
  return Array.from({ length: 40 }, (_, index) => {
    const start = `${String((index * 7) % 24).padStart(2, '0')}:${index % 2 === 0 ? '00' : '30'}`
    const when: RuleTime =
      index % 5 === 4
        ? { kind: 'at', time: start, days: [(index % 7) + 1, ((index + 3) % 7) + 1] }
        : {
            kind: 'window',
            time: start,
            days: index % 3 === 0 ? weekdays : [(index % 7) + 1],
            minutes: 45 + ((index * 95) % 700)
          }
    const picked = [names[index % names.length] ?? '', names[(index + 3) % names.length] ?? '']
    const long = index % 4 === 0 ? ` for the translation of incoming documents, ${index + 1}` : ` ${index + 1}`
    return stateOf(rule(`many-${index}`, `Team rule${long}`, picked.slice(0, 1 + (index % 2)), when))
  })
}

function withModelLimit(base: DemoState, most: number): DemoState['settings'] {
  return base.settings.map((each) => (each.name === 'maxLoadedModels' ? { ...each, value: most } : each))
}

function withAlias(base: DemoState): DemoState['modelsFile'] {
  const coder = { name: 'coder', target: { hostId: 'ollama', name: 'qwen3:8b' }, line: 3, isMissing: false }
  return { ...base.modelsFile, exists: true, aliases: [coder] }
}

/** Each from an everyday machine. */
export const scheduleStates: Record<string, (base: DemoState) => DemoState> = {
  schedule: (base) => ({
    ...base,
    rules: everydayRules(Date.now()),
    settings: withModelLimit(base, 4),
    modelsFile: withAlias(base)
  }),
  scheduleModels: (base) => ({ ...base, rules: everydayRules(Date.now()), settings: withModelLimit(base, 2) }),
  scheduleMany: (base) => ({ ...base, rules: manyRules(base.models), settings: withModelLimit(base, 3) }),
  scheduleEmpty: (base) => ({
    ...base,
    rules: [],
    settings: withModelLimit(base, 4),
    modelsFile: withAlias(base)
  }),
  scheduleFailing: (base) => ({
    ...base,
    rules: everydayRules(Date.now()),
    previewFailure: 'The schedule could not be read.',
    scheduleFailure: 'The disk is full.'
  }),
  scheduleUnknown: (base) => {
    const models = [...base.models, model('mystery:7b', { sizeBytes: null })]
    const when: RuleTime = { kind: 'window', time: '09:00', days: weekdays, minutes: 120 }
    return { ...base, models, rules: [stateOf(rule('mystery', 'Mystery', ['mystery:7b'], when))] }
  },
  /** A night watch over the hour that clocks skip or double. */
  scheduleNight: (base) => ({
    ...base,
    settings: withModelLimit(base, 4),
    rules: [
      stateOf(rule('night', 'Night watch', ['qwen3:8b'], { kind: 'window', time: '01:00', days: [7], minutes: 180 })),
      stateOf(
        rule('day', 'Long shift', ['mistral-small:22b'], { kind: 'window', time: '20:00', days: [6], minutes: 720 })
      )
    ]
  })
}
