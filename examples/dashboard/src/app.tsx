import { useQuery } from '@apollo/client/react';
import { useEffect, useMemo, useRef } from 'react';
import { useTeamTasks } from './apollo/use-team-tasks';
import { Header } from './components/header';
import { Notices } from './components/notices';
import { PeopleDialog } from './components/people-dialog';
import { EmptyState, LoadingState, NoCycles } from './components/states';
import { TeamView } from './components/team-view';
import { Toolbar } from './components/toolbar';
import { LanguageContext, LANGUAGES, browserLanguage } from './i18n/language';
import type { Selection } from './model/directory';
import { problemOfFailure } from './model/problem';
import { CyclesDocument } from './operations';
import { useAddress } from './use-address';
import { usePreference } from './use-preference';
import { useTheme } from './use-theme';

/** The whole page: what to ask, and what the answer says. */
export function App() {
  const [language, setLanguage] = usePreference(
    'dashboard:language',
    ['en', 'zh-CN'],
    browserLanguage(),
  );
  const [theme, setTheme] = useTheme();
  const value = LANGUAGES[language];
  const { t } = value;
  const cycles = useQuery(CyclesDocument, { notifyOnNetworkStatusChange: true });
  const [{ semesterId: chosenCycle, selection }, choose] = useAddress();
  const setSelection = (next: Selection) => {
    choose({ selection: next });
  };
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    document.documentElement.lang = language;
    document.title = t.title;
  }, [language, t]);

  const { currentSemesters = [], semesters = [] } = cycles.data ?? {};
  const isListed = semesters.some(({ id }) => id === chosenCycle);
  const first = currentSemesters[0]?.id ?? semesters[0]?.id ?? null;
  const semesterId = isListed ? chosenCycle : first;
  const question = useMemo(
    () => (semesterId !== null && selection ? { semesterId, selection } : null),
    [semesterId, selection],
  );
  const state = useTeamTasks(question);
  const cyclesProblem = useMemo(
    () => (cycles.error && !cycles.loading ? problemOfFailure(cycles.error, Date.now()) : null),
    [cycles.error, cycles.loading],
  );
  const hasNoCycle = cycles.data?.semesters.length === 0;
  const openDialog = () => dialog.current?.showModal();

  return (
    <LanguageContext value={value}>
      <a
        className="skip-link"
        href="#people"
        onClick={(event) => {
          // The fragment of the address holds the choice.
          event.preventDefault();
          document.getElementById('people')?.focus();
        }}
      >
        {t.skipToPeople}
      </a>
      <Header
        language={language}
        setLanguage={setLanguage}
        theme={theme}
        setTheme={setTheme}
        isIdle={!state.isLoading}
      />
      <main>
        <Toolbar
          cycles={cycles.data}
          semesterId={semesterId}
          cyclesFailed={cyclesProblem !== null}
          setCycle={(id) => {
            choose({ semesterId: id });
          }}
          selection={selection}
          setSelection={setSelection}
          openDialog={openDialog}
          state={state}
        />
        <Notices
          cyclesProblem={cyclesProblem}
          retryCycles={() => void cycles.refetch()}
          state={state}
        />
        {hasNoCycle && <NoCycles />}
        {!selection && !hasNoCycle && (
          <EmptyState setSelection={setSelection} openDialog={openDialog} />
        )}
        {selection && !state.tasks && (state.isLoading || cycles.loading) && (
          <LoadingState count={selection.userIds.length} />
        )}
        {selection && state.tasks && (
          <TeamView tasks={state.tasks} idType={selection.idType} isLoading={state.isLoading} />
        )}
      </main>
      <PeopleDialog ref={dialog} setSelection={setSelection} />
    </LanguageContext>
  );
}
