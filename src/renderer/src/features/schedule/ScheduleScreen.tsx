/** The schedule: a week as a calendar, its clashes, and under it the rules as sentences. A rule is written in a panel beside the week. */
import { Button, Skeleton } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useLayoutEffect } from 'react'
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'
import { Screen } from '../../components/Screen.tsx'
import { focusOrigin } from '../../components/useReturnFocus.ts'
import { useIsNarrow } from '../../components/useWidth.ts'
import { useNow } from '../../lib/useNow.ts'
import { useRuleStore } from '../../stores/ruleStore.ts'
import { ClashNotes } from './ClashNotes.tsx'
import { RuleEditor } from './RuleEditor.tsx'
import { RuleList } from './RuleList.tsx'
import { useNameOf, useScheduleColours } from './ruleModels.ts'
import { ScheduleEmpty } from './ScheduleEmpty.tsx'
import classes from './ScheduleScreen.module.css'
import { closeEditor, leaveEditor, newRule, useScheduleStore } from './scheduleStore.ts'
import { headerWords } from './scheduleWords.ts'
import { usePreview } from './usePreview.ts'
import { useZone } from './useZone.ts'
import { WarmUpDialog, WarmUpNow } from './WarmUpNow.tsx'
import { useShownRules, WeekView } from './WeekView.tsx'

/** A month ahead; what comes after is what came before. */
const mostWeeksAhead = 4

function Next({ isShort }: { isShort: boolean }) {
  const rules = useRuleStore((mirror) => mirror.rules)
  const nameOf = useNameOf()
  const zone = useZone()
  const isNarrow = useIsNarrow()
  const now = useNow()
  const words = headerWords(rules, nameOf, zone, now)
  if (words === null) return null
  return (
    <span className={`${classes.next} ${isShort ? classes.short : ''} number`} title={words}>
      {isShort || isNarrow ? headerWords(rules, null, zone, now) : words}
    </span>
  )
}

function WeekButtons() {
  const weeksAhead = useScheduleStore((state) => state.weeksAhead)
  const go = (weeks: number): void => useScheduleStore.setState({ weeksAhead: weeks })
  return (
    <Button.Group className={classes.weeks} aria-label="Week">
      <Button
        className={classes.arrow}
        aria-label="Previous week"
        disabled={weeksAhead === 0}
        onClick={() => go(weeksAhead - 1)}
      >
        <IconChevronLeft size={14} aria-hidden />
      </Button>
      <Button disabled={weeksAhead === 0} onClick={() => go(0)}>
        Today
      </Button>
      <Button
        className={classes.arrow}
        aria-label="Next week"
        disabled={weeksAhead === mostWeeksAhead}
        onClick={() => go(weeksAhead + 1)}
      >
        <IconChevronRight size={14} aria-hidden />
      </Button>
    </Button.Group>
  )
}

function FirstLoad() {
  return (
    <div role="status" aria-label="Reading the schedule">
      <Skeleton height={430} radius={11} />
      <Skeleton height={70} radius={11} mt={18} />
    </div>
  )
}

/** Asked before a changed rule is let go. */
function LeaveDialog() {
  const leaving = useScheduleStore((state) => state.leaving)
  const isNew = useScheduleStore((state) => state.editing?.isNew === true)
  if (leaving === null) return null
  return (
    <ConfirmDialog
      title={isNew ? 'Discard the new rule?' : 'Discard the changes?'}
      action="Discard"
      onConfirm={() => {
        closeEditor()
        leaving()
      }}
      onClose={() => useScheduleStore.setState({ leaving: null })}
    >
      {isNew ? 'It is not saved yet.' : 'The rule stays as it was.'}
    </ConfirmDialog>
  )
}

export function ScheduleScreen() {
  const { rules, isKnown } = useRuleStore()
  const editing = useScheduleStore((state) => state.editing)
  const isAsking = useScheduleStore((state) => state.leaving !== null)
  const isWarmUpOpen = useScheduleStore((state) => state.isWarmUpOpen)
  const { ask } = usePreview()
  useScheduleColours(useShownRules())
  const isEmpty = isKnown && rules.length === 0 && editing === null
  const leave = (): void => leaveEditor(closeEditor)
  useFocusBack(editing !== null)
  return (
    <Screen
      title="Schedule"
      note={<Next isShort={editing !== null} />}
      actions={
        <>
          {!isEmpty && <WeekButtons />}
          <span className={editing === null ? '' : classes.besideEditor}>
            <WarmUpNow />
          </span>
          <Button
            // The panel has the screen's one primary button while it is open.
            variant={editing === null ? 'filled' : 'default'}
            className={classes.button}
            disabled={!isKnown}
            onClick={() => newRule()}
          >
            New rule
          </Button>
        </>
      }
      {...(editing !== null && {
        panel: {
          label: editing.isNew ? 'New rule' : 'Edit rule',
          content: <RuleEditor key={editing.ruleId} editing={editing} />,
          isOpen: true,
          isDrawerOpen: true,
          isUnderDialog: isAsking,
          onCloseDrawer: leave,
          onLeave: leave
        }
      })}
    >
      {!isKnown && <FirstLoad />}
      {isEmpty && <ScheduleEmpty />}
      {isKnown && !isEmpty && (
        <>
          <WeekView onRetry={ask} />
          <ClashNotes />
          {rules.length > 0 && <RuleList />}
        </>
      )}
      <LeaveDialog />
      {isWarmUpOpen && <WarmUpDialog />}
    </Screen>
  )
}

/** Where the focus was when the panel opened is where it is when the panel closes. */
function useFocusBack(isOpen: boolean): void {
  // Before the panel's own effects, which take the focus.
  useLayoutEffect(() => {
    if (!isOpen) return
    const before = focusOrigin()
    return () => {
      if (before?.isConnected === true) before.focus({ preventScroll: true })
    }
  }, [isOpen])
}
