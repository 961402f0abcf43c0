import { useQuery } from '@apollo/client/react';
import { useEffect, useRef } from 'react';
import { useLanguage } from '../i18n/language';
import { QuotaDocument, type QuotaQuery } from '../operations';
import { useNow } from '../use-now';

/** The gateway knows the quota without a call, so that asking again costs none. */
const POLL_MS = 30_000;

/** How many calls are left. Reads them again whenever a request for tasks has finished. */
export function QuotaMeter({ isIdle }: { readonly isIdle: boolean }) {
  const { t } = useLanguage();
  const { data, error, refetch } = useQuery(QuotaDocument, {
    fetchPolicy: 'cache-and-network',
    pollInterval: POLL_MS,
  });
  const wasIdle = useRef(isIdle);
  useEffect(() => {
    if (isIdle && !wasIdle.current) void refetch().catch(() => undefined);
    wasIdle.current = isIdle;
  }, [isIdle, refetch]);

  return (
    <section className="quota" aria-label={t.quota}>
      <h2 title={t.quotaNote}>{t.quota}</h2>
      {data && !error ? (
        <Quota quota={data.upstreamQuota} />
      ) : (
        <p>{error ? t.quotaUnknown : '…'}</p>
      )}
    </section>
  );
}

function Quota({ quota }: { readonly quota: QuotaQuery['upstreamQuota'] }) {
  const { t, format } = useLanguage();
  const { callsLeft, callsPerMinute, closedReason, closedUntil, nextCallAt, waitingUsers } = quota;
  const until = closedUntil ?? (callsLeft === 0 ? nextCallAt : null);
  const nowMs = useNow(until === null ? null : 1_000);
  const waitMs = until === null ? 0 : Date.parse(until) - nowMs;
  const left = t.quotaLeft(callsLeft, callsPerMinute);
  return (
    <>
      <meter
        aria-label={left}
        min={0}
        max={callsPerMinute}
        low={callsPerMinute / 4}
        value={callsLeft}
      />
      <p>{left}</p>
      {waitMs > 0 && (
        <p>
          {closedReason
            ? `${t.closedReasons[closedReason]} ${t.quotaClosed(format.duration(waitMs))}`
            : t.quotaNext(format.duration(waitMs))}
        </p>
      )}
      {waitingUsers > 0 && <p>{t.quotaWaiting(waitingUsers)}</p>}
    </>
  );
}
