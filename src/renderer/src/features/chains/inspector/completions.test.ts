import { describe, expect, it } from 'vitest'
import { addStep, makeStep } from '../chainEdits.ts'
import { makeChain } from '../makeChain.ts'
import { completionsAt, offersFor } from './completions.ts'

const at = { x: 0, y: 0 }
const draft = { ...makeStep('Draft one', at, null), id: 'a', prompt: '{{input}}' }
const judge = {
  ...makeStep('Judge', at, null),
  id: 'b',
  prompt: '{{steps.Draft one}}',
  output: { format: 'json' as const, schema: { properties: { score: {} } } }
}
const chain = [draft, judge].reduce(addStep, { ...makeChain('c'), inputColumns: ['city', 'first name'] })
const labels = (text: string, stepId = 'b') =>
  completionsAt(text, text.length, offersFor(chain, stepId))?.found.map(({ label }) => label)

describe('completions of a template', () => {
  it('come behind open braces only, and not behind escaped or closed ones', () => {
    expect(labels('Say {{')).toEqual(['input', 'input.city', 'input.first name', 'Draft one'])
    expect(labels('Say {')).toBeUndefined()
    expect(labels('Say \\{{')).toBeUndefined()
    expect(labels('Say {{input}} and')).toBeUndefined()
  })

  it('are found by what is typed, with and without the word steps', () => {
    expect(labels('{{dr')).toEqual(['Draft one'])
    expect(labels('{{ steps.Dr')).toEqual(['Draft one'])
    expect(labels('{{ci')).toEqual(['input.city'])
  })

  it('never offer a step that waits for this one: the chain would go in a circle', () => {
    expect(labels('{{', 'a')).not.toContain('Judge')
    expect(
      offersFor(
        {
          ...chain,
          steps: [
            { ...draft, prompt: '' },
            { ...judge, prompt: '' }
          ]
        },
        'a'
      ).map(({ label }) => label)
    ).toContain('Judge.json.score')
  })

  it('replace what was typed, closed braces included, by a reference that is read again', () => {
    const text = 'Say {{fi}} now'
    const open = completionsAt(text, 8, offersFor(chain, 'b'))!
    expect(text.slice(0, open.start) + open.found[0]!.reference + text.slice(open.end)).toBe(
      'Say {{input["first name"]}} now'
    )
  })
})
