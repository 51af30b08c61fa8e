/** Where Stoker keeps its things, which version this is, and what went wrong at the start. */
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { formatAgo } from '../../lib/format.ts'
import { useNow } from '../../lib/useNow.ts'
import type { AppInfo } from '../../stores/infoStore.ts'
import classes from './AboutCard.module.css'
import { groupId } from './settingGroupId.ts'

export const aboutName = 'This Stoker'

const systems: Record<string, string> = { darwin: 'macOS', linux: 'Linux', win32: 'Windows' }

export function AboutCard({ info }: { info: AppInfo }) {
  const now = useNow()
  return (
    <section id={groupId(aboutName)} aria-label={aboutName} tabIndex={-1}>
      <h2 className={classes.title}>{aboutName}</h2>
      <dl className={classes.card}>
        <Folder label="Models folder" help="GGUF files put here appear in the list." path={info.modelsDirectory} />
        <Folder label="Data folder" help="Settings, history and the event log." path={info.dataDirectory} />
        <div className={classes.row}>
          <dt className={classes.label}>Version</dt>
          <dd className={`${classes.text} data number`}>
            {info.version} on {systems[info.platform] ?? info.platform}, started {formatAgo(info.startedAt, now)}
          </dd>
        </div>
      </dl>
    </section>
  )
}

function Folder({ label, help, path }: { label: string; help: string; path: string }) {
  return (
    <div className={classes.row}>
      <dt>
        <span className={classes.label}>{label}</span>
        <span className={classes.help}>{help}</span>
      </dt>
      <dd className={classes.folder}>
        <span className={`${classes.path} data`} title={path}>
          <bdi>{path}</bdi>
        </span>
        <CopyButton value={path}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? 'Copied' : 'Copy the path'}>
              <ActionIcon aria-label={`Copy the path of the ${label.toLowerCase()}`} onClick={copy}>
                {copied ? <IconCheck size={15} stroke={1.7} /> : <IconCopy size={15} stroke={1.7} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      </dd>
    </div>
  )
}
