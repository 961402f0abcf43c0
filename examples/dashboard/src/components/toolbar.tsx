import type { TeamTasksState } from '../apollo/use-team-tasks';
import { useLanguage } from '../i18n/language';
import type { Selection, Team } from '../model/directory';
import { useDirectory } from '../names';
import type { CyclesQuery } from '../operations';
import { CycleSelect } from './cycle-select';

interface ToolbarProps {
  readonly cycles: CyclesQuery | undefined;
  readonly cyclesFailed: boolean;
  readonly semesterId: string | null;
  readonly setCycle: (id: string) => void;
  readonly selection: Selection | null;
  readonly setSelection: (selection: Selection) => void;
  readonly openDialog: () => void;
  readonly state: TeamTasksState;
}

/** The choice of the cycle and of the people. */
export function Toolbar(props: ToolbarProps) {
  const { cycles, cyclesFailed, semesterId, setCycle, selection, setSelection, openDialog, state } =
    props;
  const { t } = useLanguage();
  const { teams } = useDirectory();
  return (
    <section className="toolbar card" aria-label={`${t.cycle}, ${t.people}`}>
      <CycleSelect
        cycles={cycles}
        isFailed={cyclesFailed}
        semesterId={semesterId}
        setCycle={setCycle}
      />
      {teams.length > 0 && <TeamSelect selection={selection} setSelection={setSelection} />}
      <div className="buttons">
        <button type="button" onClick={openDialog}>
          {t.choosePeople}
        </button>
        {selection && (
          <button type="button" onClick={state.refresh} disabled={state.isLoading}>
            {state.isLoading ? t.refreshing : t.refresh}
          </button>
        )}
      </div>
    </section>
  );
}

type TeamSelectProps = Pick<ToolbarProps, 'selection' | 'setSelection'>;

function TeamSelect({ selection, setSelection }: TeamSelectProps) {
  const { t, format } = useLanguage();
  const { teams, idType } = useDirectory();
  const choose = (id: string) => {
    const team = teams.find((one) => one.id === id);
    if (team) setSelection(selectTeam(team, idType));
  };
  return (
    <label className="field">
      <span>{t.team}</span>
      <select
        value={selection?.teamId ?? ''}
        onChange={({ target }) => {
          choose(target.value);
        }}
      >
        {selection?.teamId == null && (
          <option value="" disabled>
            {selection ? t.ownChoice(selection.userIds.length) : t.noTeam}
          </option>
        )}
        {teams.map((team) => (
          <option key={team.id} value={team.id}>
            {t.teamOption(format.text(team.name) ?? team.id, team.userIds.length)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function selectTeam({ id, userIds }: Team, idType: Selection['idType']): Selection {
  return { idType, userIds, teamId: id };
}
