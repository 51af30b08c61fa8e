/** One chain in the list: its name and what it is for, its steps, its models in their colours, its last run. */
import { Menu, TextInput } from '@mantine/core'
import { IconCopy, IconDots, IconDownload, IconPencil, IconTrash } from '@tabler/icons-react'
import { memo, useState } from 'react'
import type { ChainSummary } from '../../../../shared/chain.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { exportChain, renameChain } from '../../actions/chainActions.ts'
import { ColourSquare } from '../../components/ColourSquare.tsx'
import { FormDialog, useFormWork } from '../../components/FormDialog.tsx'
import menu from '../../components/moreMenu.module.css'
import { formatAgo, plural } from '../../lib/format.ts'
import { useNow } from '../../lib/useNow.ts'
import { useRunStore } from '../../stores/runStore.ts'
import classes from './ChainList.module.css'
import { DeleteChainDialog } from './DeleteChainDialog.tsx'
import { deleteChain, duplicateChain } from './listDeeds.ts'
import { openChain } from './openChain.ts'
import { useStepModel } from './stepModels.ts'
import { runUnderWay } from './useStepStates.ts'

const mostModels = 3

export const ChainRow = memo(function ChainRow({ chain }: { chain: ChainSummary }) {
  const { id, name, description, stepCount, models } = chain
  const shown = models.slice(0, mostModels)
  return (
    <li className={classes.row}>
      <button type="button" className={classes.open} data-chain={id} onClick={() => void openChain(id, name)}>
        <span className={classes.words}>
          <span className={classes.name} title={name}>
            {name}
          </span>
          <span className={classes.description} title={description}>
            {description === '' ? plural(stepCount, 'step') : `${plural(stepCount, 'step')} · ${description}`}
          </span>
        </span>
        <span className={classes.models}>
          {shown.map((model) => (
            <ModelWord key={modelKey(model)} model={model} />
          ))}
          {models.length > mostModels && <span className={classes.more}>+{models.length - mostModels}</span>}
        </span>
        <LastRun chain={chain} />
      </button>
      <More chain={chain} />
    </li>
  )
})

function ModelWord({ model }: { model: ChainSummary['models'][number] }) {
  const { label, colour, isLoaded, trouble } = useStepModel(model)
  return (
    <span
      className={`${classes.model} ${trouble === null ? '' : classes.gone}`}
      title={trouble === null ? (label ?? '') : `${model.name}: ${trouble}`}
    >
      <ColourSquare colour={colour} isFilled={trouble === null} isFaded={!isLoaded} />
      <span className={classes.modelName}>{model.name}</span>
    </span>
  )
}

function LastRun({ chain }: { chain: ChainSummary }) {
  const isRunning = useRunStore((mirror) => runUnderWay(mirror, chain.id) !== undefined)
  const now = useNow(chain.lastRunAt !== null)
  if (isRunning) return <span className={`${classes.last} ${classes.running}`}>running</span>
  return (
    <span className={`${classes.last} number`}>
      {chain.lastRunAt === null ? 'never run' : `ran ${formatAgo(chain.lastRunAt, now)}`}
    </span>
  )
}

function More({ chain: { id, name } }: { chain: ChainSummary }) {
  const [asking, setAsking] = useState<'rename' | 'delete' | null>(null)
  const close = (): void => setAsking(null)
  return (
    <>
      <Menu>
        <Menu.Target>
          <button type="button" className={menu.dots} aria-label={`More for ${name}`}>
            <IconDots size={15} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={14} />} onClick={() => setAsking('rename')}>
            Rename…
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={14} />} onClick={() => void duplicateChain(id, name)}>
            Duplicate
          </Menu.Item>
          <Menu.Item leftSection={<IconDownload size={14} />} onClick={() => void exportChain(id, name)}>
            Export…
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item className={menu.delete} leftSection={<IconTrash size={14} />} onClick={() => setAsking('delete')}>
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking === 'rename' && <RenameDialog id={id} name={name} onClose={close} />}
      {asking === 'delete' && (
        <DeleteChainDialog name={name} onConfirm={() => void deleteRow(id, name)} onClose={close} />
      )}
    </>
  )
}

/** The keyboard goes on from the row beside it. */
async function deleteRow(id: string, name: string): Promise<void> {
  const row = document.querySelector(`[data-chain="${id}"]`)?.closest('li')
  const beside = (row?.nextElementSibling ?? row?.previousElementSibling)?.querySelector<HTMLElement>('[data-chain]')
  if (await deleteChain(id, name)) setTimeout(() => document.activeElement === document.body && beside?.focus(), 100)
}

function RenameDialog({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const [text, setText] = useState(name)
  const next = text.trim()
  const work = useFormWork(
    () => next !== '',
    async () => {
      if (next !== name) await renameChain(id, next)
    },
    onClose
  )
  return (
    <FormDialog title={`Rename ${name}`} action="Rename" work={work} onClose={onClose}>
      <TextInput
        label="Name"
        data-autofocus
        maxLength={120}
        value={text}
        error={work.wasSent && next === '' ? 'A chain has a name.' : work.failure}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
