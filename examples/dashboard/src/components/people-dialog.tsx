import { useId, useState, type Ref } from 'react';
import { useLanguage } from '../i18n/language';
import { ID_TYPES, MAX_PEOPLE, readIds, type Selection } from '../model/directory';
import { useDirectory } from '../names';
import type { UserIdType } from '../operations';
import { PeoplePicker } from './people-picker';

interface PeopleDialogProps {
  readonly ref: Ref<HTMLDialogElement>;
  readonly setSelection: (selection: Selection) => void;
}

/** Chooses people by name, by pasted IDs, or both. The browser keeps the focus inside, and Escape closes it. */
export function PeopleDialog({ ref, setSelection }: PeopleDialogProps) {
  const { t } = useLanguage();
  const { idType: directoryType, people } = useDirectory();
  const titleId = useId();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [pasted, setPasted] = useState('');
  const [idType, setIdType] = useState(directoryType);
  const canPick = idType === directoryType;
  const userIds = [...new Set([...(canPick ? picked : []), ...readIds(pasted)])];
  const isTooMany = userIds.length > MAX_PEOPLE;

  return (
    <dialog ref={ref} aria-labelledby={titleId}>
      <form
        method="dialog"
        onSubmit={() => {
          setSelection({ idType, userIds, teamId: null });
        }}
      >
        <h2 id={titleId}>{t.dialogTitle}</h2>
        {people.length > 0 && canPick && <PeoplePicker picked={picked} setPicked={setPicked} />}
        {people.length > 0 && !canPick && <p>{t.dialogOtherType}</p>}
        <label className="field">
          <span>{t.dialogPaste}</span>
          <textarea
            rows={3}
            value={pasted}
            spellCheck={false}
            aria-describedby={`${titleId}-hint`}
            onChange={({ target }) => {
              setPasted(target.value);
            }}
          />
          <small id={`${titleId}-hint`}>{t.dialogPasteHint}</small>
        </label>
        <label className="field">
          <span>{t.dialogIdType}</span>
          <select
            value={idType}
            onChange={({ target }) => {
              setIdType(target.value as UserIdType);
            }}
          >
            {ID_TYPES.map((type) => (
              <option key={type} value={type}>
                {t.idTypes[type]}
              </option>
            ))}
          </select>
        </label>
        <p role="status" className={isTooMany ? 'too-many' : ''}>
          {isTooMany ? t.dialogTooMany(MAX_PEOPLE) : t.dialogChosen(userIds.length)}
        </p>
        <div className="buttons">
          <button type="submit" className="primary" disabled={userIds.length === 0 || isTooMany}>
            {t.dialogShow(userIds.length)}
          </button>
          <button
            type="button"
            disabled={userIds.length === 0}
            onClick={() => {
              setPicked(new Set());
              setPasted('');
            }}
          >
            {t.dialogClear}
          </button>
          <button
            type="button"
            onClick={({ currentTarget }) => {
              currentTarget.closest('dialog')?.close();
            }}
          >
            {t.cancel}
          </button>
        </div>
      </form>
    </dialog>
  );
}
