/** Everything the server knows of a model, in its own words: metadata, template, system prompt, parameters, licence. */
import { Drawer, Skeleton } from '@mantine/core'
import type { Model, ModelDetails } from '../../../../../shared/model.ts'
import { Fact, Facts } from '../../../components/Facts.tsx'
import { formatBytes, formatCount } from '../../../lib/format.ts'
import { closeDialog } from '../../../stores/uiStore.ts'
import { useInspected } from '../modelHooks.ts'
import classes from './DetailsDrawer.module.css'

function Block({ title, text }: { title: string; text: string | null }) {
  if (text === null || text.trim() === '') return null
  return (
    <section>
      <h3 className={classes.heading}>{title}</h3>
      <pre className={classes.block} tabIndex={0}>
        {text}
      </pre>
    </section>
  )
}

function Known({ model, details }: { model: Model; details: ModelDetails | null }) {
  const facts: [string, string | null][] = [
    ['Parameters', model.parameters],
    ['Quantisation', model.quantization],
    ['Architecture', model.architecture],
    ['Trained context', model.maxContextLength === null ? null : `${formatCount(model.maxContextLength)} tokens`],
    ['On disk', model.sizeBytes === null ? null : formatBytes(model.sizeBytes)],
    ['Can', model.capabilities?.join(', ') ?? null],
    ['Digest', model.digest],
    ['File', details?.path ?? null]
  ]
  return (
    <Facts>
      {facts.map(([label, value]) =>
        value === null ? null : (
          <Fact key={label} label={label} title={value}>
            {value}
          </Fact>
        )
      )}
    </Facts>
  )
}

function Metadata({ details }: { details: ModelDetails }) {
  if (details.metadata.length === 0) return null
  return (
    <section>
      <h3 className={classes.heading}>Metadata</h3>
      <table className={`${classes.table} data`}>
        <tbody>
          {details.metadata.map(({ key, value }) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              <td>{typeof value === 'number' ? formatCount(value) : String(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

export function DetailsDrawer({ model }: { model: Model }) {
  const { details, error } = useInspected(model)
  const isWaiting = details === null && error === null && model.state !== 'absent'
  return (
    <Drawer opened onClose={closeDialog} title={model.id.name} size={520} padding={20}>
      <Known model={model} details={details} />
      {error !== null && (
        <p className={`${classes.error} data`} role="alert">
          {error.message} {error.hint}
        </p>
      )}
      {isWaiting && <Skeleton height={180} mt={20} />}
      {details !== null && (
        <>
          <Block title="Template" text={details.template} />
          <Block title="System prompt" text={details.system} />
          <Block title="Parameters" text={details.parametersText} />
          <Metadata details={details} />
          <Block title="Licence" text={details.license} />
        </>
      )}
    </Drawer>
  )
}
