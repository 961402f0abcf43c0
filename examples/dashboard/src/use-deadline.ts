import { useLanguage } from './i18n/language';
import { useSharedNow } from './use-now';

/** The text of a deadline, which says whether it has passed. */
export function useDeadline(deadline: string | null): string {
  const { t, format } = useLanguage();
  const nowMs = useSharedNow();
  if (deadline === null) return t.noDeadline;
  return t.due(format.date(deadline), Date.parse(deadline) <= nowMs);
}
