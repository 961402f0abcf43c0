import { useLanguage } from '../i18n/language';
import type { CyclesQuery } from '../operations';

interface CycleSelectProps {
  readonly cycles: CyclesQuery | undefined;
  readonly isFailed: boolean;
  readonly semesterId: string | null;
  readonly setCycle: (id: string) => void;
}

type Cycle = CyclesQuery['semesters'][number];

/** The menu of cycles: those that run now come first. */
export function CycleSelect({ cycles, isFailed, semesterId, setCycle }: CycleSelectProps) {
  const { t } = useLanguage();
  const running = new Set(cycles?.currentSemesters.map(({ id }) => id));
  const semesters = cycles?.semesters ?? [];
  return (
    <label className="field">
      <span>{t.cycle}</span>
      <select
        value={semesterId ?? ''}
        disabled={semesters.length === 0}
        onChange={({ target }) => {
          setCycle(target.value);
        }}
      >
        {!cycles && <option value="">{isFailed ? t.cyclesUnknown : t.loadingCycles}</option>}
        {cycles && semesters.length === 0 && <option value="">{t.none}</option>}
        <CycleGroup
          label={t.cyclesRunning}
          cycles={semesters.filter(({ id }) => running.has(id))}
        />
        <CycleGroup label={t.cyclesOther} cycles={semesters.filter(({ id }) => !running.has(id))} />
      </select>
    </label>
  );
}

function CycleGroup({
  label,
  cycles,
}: {
  readonly label: string;
  readonly cycles: readonly Cycle[];
}) {
  const { t, format } = useLanguage();
  if (cycles.length === 0) return null;
  return (
    <optgroup label={label}>
      {cycles.map(({ id, name }) => (
        <option key={id} value={id}>
          {format.text(name) ?? t.cycleWithoutName(id)}
        </option>
      ))}
    </optgroup>
  );
}
