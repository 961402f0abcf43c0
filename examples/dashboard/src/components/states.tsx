import { useLanguage } from '../i18n/language';
import type { Selection } from '../model/directory';
import { useDirectory } from '../names';
import { selectTeam } from './toolbar';

interface EmptyStateProps {
  readonly setSelection: (selection: Selection) => void;
  readonly openDialog: () => void;
}

/** Before the first choice. The page asks for no tasks until then, because they may cost calls. */
export function EmptyState({ setSelection, openDialog }: EmptyStateProps) {
  const { t, format } = useLanguage();
  const { teams, idType } = useDirectory();
  return (
    <section className="empty card" aria-labelledby="empty-title">
      <h2 id="empty-title">{t.emptyTitle}</h2>
      <p>{t.emptyText}</p>
      <ul className="teams">
        {teams.map((team) => (
          <li key={team.id}>
            <button
              type="button"
              onClick={() => {
                setSelection(selectTeam(team, idType));
              }}
            >
              <strong>{format.text(team.name) ?? team.id}</strong>
              <span>{t.nameOfPeople(team.userIds.length)}</span>
            </button>
          </li>
        ))}
      </ul>
      <button type="button" className="primary" onClick={openDialog}>
        {t.choosePeople}
      </button>
    </section>
  );
}

/** Without a cycle there is nothing to ask about. */
export function NoCycles() {
  const { t } = useLanguage();
  return (
    <section className="empty card" aria-labelledby="empty-title">
      <h2 id="empty-title">{t.noCyclesTitle}</h2>
      <p>{t.noCyclesText}</p>
    </section>
  );
}

/** The shape of what will be shown. `Notices` tells screen readers that the page loads. */
export function LoadingState({ count }: { readonly count: number }) {
  const { t } = useLanguage();
  return (
    <div className="loading">
      <p>{t.loading(count)}</p>
      <div className="tiles" aria-hidden="true">
        {[1, 2, 3, 4, 5, 6].map((tile) => (
          <div key={tile} className="card skeleton tile" />
        ))}
      </div>
      <div className="card skeleton chart" aria-hidden="true" />
      <div className="card skeleton list" aria-hidden="true" />
    </div>
  );
}
