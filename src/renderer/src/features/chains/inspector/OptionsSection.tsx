/** Sampling options of a step or of the chain: what is set here, and under each the value in force with where it comes from. */
import { NumberInput } from '@mantine/core'
import type { ChainProblem } from '../../../../../shared/chain.ts'
import type { GenerateOptions } from '../../../../../shared/model.ts'
import type { EffectiveOption } from '../../../../../shared/plan.ts'
import { endTyping } from '../chainDocument.ts'
import { fieldId } from '../focusField.ts'
import classes from './Inspector.module.css'
import { LinesField } from './LinesField.tsx'
import { optionFields, readStops, sourceWords, valueWords, withOption, writeStops } from './optionWords.ts'
import { FieldProblems, Section } from './Section.tsx'

interface OptionsSectionProps {
  options: GenerateOptions
  effective: readonly EffectiveOption[]
  problems: readonly ChainProblem[]
  isOfChain?: boolean
  onChange: (options: GenerateOptions) => void
}

export function OptionsSection({ options, effective, problems, isOfChain = false, onChange }: OptionsSectionProps) {
  const own = Object.keys(options).length
  const first = effective.find(({ name }) => name === 'temperature')
  const stop = effective.find(({ name }) => name === 'stop')
  const words =
    own > 0
      ? `${own} set here`
      : first === undefined || first.value === null
        ? 'as the model has them'
        : `temperature ${valueWords(first.value)}`
  return (
    <Section id={fieldId('options')} title="Options" words={words} hasProblem={problems.length > 0}>
      {isOfChain && <p className={classes.help}>For every step that does not say otherwise.</p>}
      {optionFields.map(({ name, label, min, max, step, isWhole }) => {
        const inForce = effective.find((option) => option.name === name)
        return (
          <label key={name} className={classes.option}>
            <span className={classes.optionName}>
              {label}
              <span className={`${classes.optionSource} number`}>{sourceWords(inForce, isOfChain)}</span>
            </span>
            <NumberInput
              value={options[name] ?? ''}
              placeholder={inForce === undefined ? '' : valueWords(inForce.value)}
              min={min}
              max={max}
              step={step}
              allowDecimal={!isWhole}
              allowNegative={min < 0}
              clampBehavior="blur"
              hideControls
              onChange={(value) => onChange(withOption(options, name, typeof value === 'number' ? value : undefined))}
              onBlur={endTyping}
            />
          </label>
        )
      })}
      <LinesField
        className={classes.mono ?? ''}
        label="Stop at"
        description={
          <>
            <span className={`${classes.optionSource} number`}>{sourceWords(stop, isOfChain)}</span>
            {'One a line; \\n is a new line. The answer ends before it.'}
          </>
        }
        placeholder={valueWords(stop?.value ?? null)}
        lines={writeStops(options.stop)}
        onChange={(lines) => onChange(withOption(options, 'stop', readStops(lines)))}
      />
      <FieldProblems problems={problems} />
    </Section>
  )
}
