/** A reference that does not follow its step is a broken chain; one that follows the wrong step is a wrong answer. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Chain } from './chain.ts'
import { edgesOf } from './chainGraph.ts'
import { testChain, testStep } from './chainRig.ts'
import { renameIn, renameStep } from './renameStep.ts'
import { nameProblem } from './stepName.ts'
import { parseTemplate, templateText } from './template.ts'

describe('a step with another name', () => {
  const chain = testChain(
    [
      testStep('Draft'),
      testStep('Drafts', '{{steps.Draft}}'),
      testStep('Out', '{{ steps.Draft . json.a }} \\{{steps.Draft}} {{steps.Drafts}} {{steps.Draft', {
        system: 'As {{steps[ "Draft" ]}}',
        stopConditions: [
          { kind: 'step_number', number: 1, reason: '{{steps.Draft}}', finalOutput: '{{steps.Draft}}' },
          { kind: 'step_number', number: 2, reason: '', finalOutput: null }
        ]
      })
    ],
    { system: '{{steps.Draft}}' }
  )

  it('is followed by every template that mentions it, and by nothing else', () => {
    const renamed = renameStep(chain, 'id-Draft', ' First draft ')
    expect(renamed.steps.map(({ name }) => name)).toEqual(['First draft', 'Drafts', 'Out'])
    const [, drafts, out] = renamed.steps
    expect(drafts?.prompt).toBe('{{steps.First draft}}')
    expect(out?.prompt).toBe('{{ steps.First draft . json.a }} \\{{steps.Draft}} {{steps.Drafts}} {{steps.Draft')
    expect(out?.system).toBe('As {{steps.First draft}}')
    expect(out?.stopConditions[0]).toMatchObject({ reason: '{{steps.Draft}}', finalOutput: '{{steps.First draft}}' })
    expect(out?.stopConditions[1]?.finalOutput).toBeNull()
    expect(renamed.system).toBe('{{steps.First draft}}')
  })

  it('leaves steps that do not mention it as they are, so that only what changed is drawn', () => {
    const renamed = renameStep(chain, 'id-Drafts', 'Second')
    expect(renamed.steps[0]).toBe(chain.steps[0])
  })

  it('may be called in scripts that set marks on their letters, and is mentioned without quotes', () => {
    for (const name of ['सारांश', 'ملخّص', 'Re\u0301sume\u0301', '要約']) {
      const renamed = renameStep(chain, 'id-Draft', name)
      expect(nameProblem(renamed, 'id-Draft', name)).toBeNull()
      expect(renamed.system).toBe(`{{steps.${name}}}`)
      expect(renameStep(renamed, 'id-Draft', 'Back').system).toBe('{{steps.Back}}')
    }
  })

  it('is refused a name that is empty or another step has: references could not tell them apart any more', () => {
    for (const name of ['', '  ', 'Out', ' Drafts', 'Draft']) expect(renameStep(chain, 'id-Draft', name)).toBe(chain)
    expect(renameStep(chain, 'id-gone', 'New')).toBe(chain)
  })

  it('is not followed where another step of the same name was meant', () => {
    const double = testChain([
      testStep('A', '', { id: 'one' }),
      testStep('A', '', { id: 'two' }),
      testStep('B', '{{steps.A}}')
    ])
    expect(renameStep(double, 'two', 'C').steps[2]?.prompt).toBe('{{steps.A}}')
    expect(renameStep(double, 'one', 'C').steps[2]?.prompt).toBe('{{steps.C}}')
  })

  it.each(['$&', 'a.b', 'x"y', '$1', '{{', 'steps', '\\', 'é😀'])('may be called %j', (name) => {
    expect(parseTemplate(renameIn('a {{steps.Old.json[0]}} b', 'Old', name)).parts[1]).toMatchObject({
      kind: 'step',
      name,
      path: [0]
    })
  })

  it('keeps the graph, whatever the names are and however often they change', () => {
    const name = fc
      .oneof(fc.string({ minLength: 1 }), fc.constantFrom('A', 'B', 'C', 'a b', 'json', '["A"]', '$&'))
      .map((text) => text.trim())
    const rename = fc.tuple(fc.nat({ max: 3 }), name)
    const before: Chain = testChain({
      A: '{{input}}',
      B: 'x {{steps.A}} y {{ steps["A"].json.b }}',
      C: '{{steps.A}}{{steps.B}}',
      D: '{{steps.C.json}} \\{{steps.A}}'
    })
    fc.assert(
      fc.property(fc.array(rename, { maxLength: 6 }), (renames) => {
        let after = before
        for (const [place, to] of renames) after = renameStep(after, before.steps[place]?.id ?? '', to)
        expect(edgesOf(after)).toEqual(edgesOf(before))
        // All but names is as it was.
        const shape = ({ steps }: Chain) =>
          steps.map(({ prompt }) =>
            templateText(
              parseTemplate(prompt).parts.map((part) => (part.kind === 'step' ? { ...part, name: 'X' } : part))
            )
          )
        expect(shape(after)).toEqual(shape(before))
      })
    )
  })
})
