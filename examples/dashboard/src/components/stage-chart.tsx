import { useMemo } from 'react';
import { useLanguage } from '../i18n/language';
import {
  STAGE_STATES,
  stageProgress,
  type StageProgress,
  type StageState,
} from '../model/stage-progress';
import type { KnownPerson } from '../model/team-tasks';
import { useDeadline } from '../use-deadline';

/** From the left: what is done, then what is open. */
const ORDER: readonly StageState[] = ['done', 'todo', 'overdue', 'paused', 'unknown'];

/** A bar for each stage. All its numbers are text as well, so that nothing depends on seeing colours. */
export function StageChart({ known }: { readonly known: readonly KnownPerson[] }) {
  const { t } = useLanguage();
  const stages = useMemo(() => stageProgress(known), [known]);
  return (
    <section className="card stages" aria-labelledby="stages-title">
      <div className="section-head">
        <h2 id="stages-title">{t.stages}</h2>
        <p>
          {known.length === 0 ? t.stagesUnknown : stages.length === 0 ? t.noStages : t.stagesNote}
        </p>
      </div>
      <ol>
        {stages.map((stage) => (
          <Stage key={stage.stageId} stage={stage} />
        ))}
      </ol>
    </section>
  );
}

function Stage({ stage }: { readonly stage: StageProgress }) {
  const { t, format } = useLanguage();
  const { deadline, name, people, stageId, total } = stage;
  const shown = STAGE_STATES.filter((state) => people[state] > 0);
  return (
    <li>
      <div className="stage-head">
        <h3>{format.text(name) ?? t.stageWithoutName(stageId)}</h3>
        <p>{useDeadline(deadline)}</p>
      </div>
      <Bar people={people} total={total} />
      <p className="stage-text">
        <span>{t.stageDone(people.done, total, format.percent(people.done / total))}</span>
        {shown
          .filter((state) => state !== 'done')
          .map((state) => (
            <span key={state} className={`key ${state}`}>
              {t.stageStates[state]} {people[state]}
            </span>
          ))}
      </p>
    </li>
  );
}

function Bar({ people, total }: Pick<StageProgress, 'people' | 'total'>) {
  let x = 0;
  return (
    <svg className="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
      {ORDER.filter((state) => people[state] > 0).map((state) => {
        const width = (100 * people[state]) / total;
        x += width;
        return <rect key={state} className={state} x={x - width} width={width} height={1} />;
      })}
    </svg>
  );
}
