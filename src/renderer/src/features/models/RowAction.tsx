/** The one button of a row, of fixed width: Load, Unload, Cancel, Try again. Unloading a model that answers asks how. */
import { Menu } from '@mantine/core'
import type { Host, Model } from '../../../../shared/model.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { cancelOperation, pullModel, unloadModel } from '../../actions/modelActions.ts'
import { loadOrAsk } from './loadOrAsk.ts'
import classes from './RowAction.module.css'
import { usePlanning, type Planning } from './usePlanning.ts'
import { useRowFit } from './usePrediction.ts'

interface RowActionProps {
  model: Model
  host: Host | null
  /** The Tab key stops at the row in hand and at its buttons, not at those of two hundred others. */
  tabIndex: number
}

interface ButtonProps {
  verb: string
  name: string
  onClick?: () => void
  isDisabled?: boolean
  isQuiet?: boolean
  title?: string | undefined
  planning?: Planning
  /** What a menu around it adds. */
  className?: string
  tabIndex: number
}

function RowButton({
  verb,
  name,
  onClick,
  isDisabled = false,
  isQuiet = false,
  title,
  planning,
  className,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={`${classes.button} ${isQuiet ? classes.quiet : ''} ${className ?? ''}`}
      aria-label={`${verb} ${name}`}
      title={title}
      disabled={isDisabled}
      onClick={(event) => {
        event.stopPropagation()
        onClick?.()
      }}
      {...planning}
      {...rest}
    >
      {verb}
    </button>
  )
}

function LoadButton({ model, host, tabIndex }: RowActionProps) {
  const planning = usePlanning(modelKey(model.id))
  const isDown = host?.status === 'down'
  const isTooBig = useRowFit(model.id)?.isRefused === true
  const verb = model.state === 'failed' ? 'Try again' : isTooBig ? 'Load…' : 'Load'
  return (
    <RowButton
      verb={verb}
      name={model.id.name}
      tabIndex={tabIndex}
      isDisabled={isDown}
      isQuiet={isTooBig}
      title={isDown ? `${host.name} is down` : undefined}
      onClick={() => loadOrAsk(model.id)}
      planning={planning}
    />
  )
}

function UnloadButton({ model, tabIndex }: Pick<RowActionProps, 'model' | 'tabIndex'>) {
  const { id } = model
  if (model.activeRequests === 0) {
    return <RowButton verb="Unload" name={id.name} tabIndex={tabIndex} onClick={() => void unloadModel(id)} />
  }
  return (
    <Menu>
      <Menu.Target>
        <RowButton verb="Unload" name={id.name} tabIndex={tabIndex} />
      </Menu.Target>
      <Menu.Dropdown onClick={(event) => event.stopPropagation()}>
        <Menu.Label>It is answering</Menu.Label>
        <Menu.Item onClick={() => void unloadModel(id)}>After the answer</Menu.Item>
        <Menu.Item onClick={() => void unloadModel(id, true)}>Stop the answer and unload</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

export function RowAction(props: RowActionProps) {
  const { model, host, tabIndex } = props
  const { operationId } = model
  switch (model.state) {
    case 'ready':
      return <UnloadButton model={model} tabIndex={tabIndex} />
    case 'loading':
    case 'unloading':
      return (
        <RowButton
          verb="Cancel"
          tabIndex={tabIndex}
          name={model.id.name}
          isDisabled={operationId === null}
          onClick={() => operationId !== null && void cancelOperation(operationId)}
        />
      )
    case 'absent':
      return host?.capabilities.pull === true ? (
        <RowButton verb="Pull" name={model.id.name} tabIndex={tabIndex} onClick={() => pullModel(model.id)} />
      ) : null
    case 'unloaded':
    case 'failed':
      return <LoadButton {...props} />
  }
}
