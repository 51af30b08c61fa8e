/** The figures of two runs in a table: what was set, and what came of it. */
import type { RunDetail } from '../../../../../shared/run.ts'
import { useNow } from '../../../lib/useNow.ts'
import { useHostStore } from '../../../stores/hostStore.ts'
import classes from './ComparedFigures.module.css'
import { comparedFigures } from './compareWords.ts'

export function ComparedFigures({ runs }: { runs: readonly [RunDetail, RunDetail] }) {
  const now = useNow(false)
  const hosts = useHostStore((mirror) => mirror.hosts)
  const hostName = (hostId: string): string => hosts.find(({ id }) => id === hostId)?.name ?? hostId
  return (
    <div className={classes.figures}>
      <table>
        <caption className="visually-hidden">Figures of both runs</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">This run</th>
            <th scope="col" className="data">
              {runs[1].run.chainName}
            </th>
          </tr>
        </thead>
        <tbody className="data number">
          {comparedFigures(runs, now, hostName).map(({ label, values, notes, better, isUnlike }, row) => (
            // A step may be called like a figure.
            <tr key={row} className={isUnlike ? classes.unlike : ''}>
              <th scope="row" title={label}>
                {label}
                {isUnlike && <Unlike />}
              </th>
              {values.map((value, index) => (
                <td key={index} className={better === index ? classes.better : ''} title={value}>
                  {value}
                  {better === index && <span className="visually-hidden">, better</span>}
                  {notes[index] !== null && <span className={classes.note}> {notes[index]}</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Unlike() {
  return (
    <>
      <span className={classes.mark} title="Not the same in both runs" aria-hidden>
        ≠
      </span>
      <span className="visually-hidden">(not the same)</span>
    </>
  )
}
