/** Earlier states of the open chain: what each would bring back is said before it is taken, and taking it can be undone. */
import { ActionIcon, Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { Chain, ChainVersion } from '../../../../shared/chain.ts'
import { notifyFailure } from '../../actions/notify.ts'
import { failureWords } from '../../host/failureWords.ts'
import { request } from '../../host/client.ts'
import { formatDay, formatTime, plural } from '../../lib/format.ts'
import { useNow } from '../../lib/useNow.ts'
import { useChainSaving } from './autosave.ts'
import { focusCard } from './cardFocus.ts'
import { edit, useChainDocument } from './chainDocument.ts'
import { useFlow } from './flowStore.ts'
import { showInspector } from './chainView.ts'
import classes from './VersionsPanel.module.css'
import { differences } from './versionWords.ts'

export function VersionsPanel() {
  const chainId = useChainDocument(({ chain }) => chain?.id ?? '')
  const saving = useChainSaving((state) => state.state)
  const [versions, setVersions] = useState<readonly ChainVersion[] | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  useEffect(() => {
    if (saving !== 'saved') return
    let isGone = false
    request('chains.versions', { chainId }).then(
      (answer) => !isGone && setVersions(answer.versions),
      (thrown) => !isGone && setFailure(failureWords(thrown))
    )
    return () => {
      isGone = true
    }
  }, [chainId, saving])
  return (
    <div className={classes.panel}>
      <div className={classes.head}>
        <h2 className={classes.title}>Earlier versions</h2>
        <ActionIcon
          className={classes.close}
          size={24}
          aria-label="Back to the inspector"
          onClick={() => {
            showInspector()
            focusCard(useFlow.getState().activeId)
          }}
        >
          <IconX size={15} aria-hidden />
        </ActionIcon>
      </div>
      {failure !== null && <p className={classes.none}>{failure}</p>}
      {versions?.length === 0 && (
        <p className={classes.none}>None yet. Each time this chain is saved, the state before it is kept here.</p>
      )}
      <ul className={classes.list}>
        {(versions ?? []).map((version) => (
          <Version key={version.savedAt} chainId={chainId} version={version} />
        ))}
      </ul>
    </div>
  )
}

function Version({ chainId, version }: { chainId: string; version: ChainVersion }) {
  const [old, setOld] = useState<Chain | null>(null)
  const now = useNow()
  const open = async (): Promise<void> => {
    if (old !== null) return setOld(null)
    try {
      setOld((await request('chains.version', { chainId, savedAt: version.savedAt })).chain)
    } catch (thrown) {
      notifyFailure('The version was not read', thrown)
    }
  }
  const when = `${formatDay(version.savedAt, now)} ${formatTime(version.savedAt)}`
  return (
    <li className={classes.version}>
      <button type="button" className={classes.row} aria-expanded={old !== null} onClick={() => void open()}>
        <span className="number">{when}</span>
        <span className={`${classes.steps} number`}>{plural(version.stepCount, 'step')}</span>
      </button>
      {old !== null && <Preview old={old} when={when} />}
    </li>
  )
}

function Preview({ old, when }: { old: Chain; when: string }) {
  const chain = useChainDocument((document) => document.chain)
  if (chain === null) return null
  const words = differences(chain, old)
  return (
    <div className={classes.preview}>
      {words.length === 0 ? (
        <p className={classes.none}>The same as now.</p>
      ) : (
        <ul className={classes.words}>
          {words.map((word) => (
            <li key={word}>{word}</li>
          ))}
        </ul>
      )}
      <Button
        disabled={words.length === 0}
        aria-label={`Restore the version of ${when}`}
        onClick={(event) => {
          edit('restore', () => ({ ...old, id: chain.id }))
          // This button has nothing left to do, and would take the keyboard with it.
          event.currentTarget.closest('li')?.querySelector('button')?.focus()
        }}
      >
        Restore
      </Button>
    </div>
  )
}
