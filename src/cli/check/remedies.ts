import type { Upstream } from '../../composition/upstream';
import type { GatewayError } from '../../domain/errors';
import { ACCOUNTS_ORIGIN, OPEN_API_ORIGIN } from '../../feishu/origins';
import { AppNotInstalled, AppTicketMissing, PermissionDenied } from '../../feishu/ports';

/** Where the failed call was sent, and for which app. */
export interface App {
  readonly origin: string;
  readonly appId: string;
  /** The variable that sets the origin. */
  readonly variable: 'FEISHU_BASE_URL' | 'FEISHU_ACCOUNTS_URL';
}

export function appOf({ origin, app: { appId } }: Upstream): App {
  return { origin, appId, variable: 'FEISHU_BASE_URL' };
}

/** The app at the host that gives tokens. */
export function appOfTokens(upstream: Upstream): App {
  const { accountsOrigin } = upstream;
  if (accountsOrigin === null) return appOf(upstream);
  return { ...appOf(upstream), origin: accountsOrigin, variable: 'FEISHU_ACCOUNTS_URL' };
}

const WRONG_APP = [99991543, 10014, 20002, 20048];
const NOT_INSTALLED = [99991662, 99991673];
const TOKEN_LACKS_SCOPE = 99991676;
const MONTHLY_QUOTA = 99991403;
const OTHER_APPS_ID = 99992361;

/** What an operator can do about a failed call, one sentence each. */
export function remediesFor(error: GatewayError, app: App): string[] {
  const { code, httpStatus, logId } = error.details.upstream ?? {};
  const known = remediesForCode(code ?? undefined, app);
  if (known) return known;
  if (error instanceof PermissionDenied) return scopeRemedies(error.acceptedScopes, app);
  if (error.code === 'UPSTREAM_RATE_LIMITED') {
    return [
      'The quota is used up now: run the check again in a minute. If the fault stays, another program uses the same ' +
        'app: give the gateway an app of its own.',
    ];
  }
  if (httpStatus === null || httpStatus === undefined) return unreachable(app);
  if (error.code === 'UPSTREAM_REJECTED') {
    return ['Check --semester, --user and --id-type: Feishu does not accept one of them.'];
  }
  return [
    `Run the check again. If the fault stays, ask Feishu's support${logId ? ` with log ID ${logId}` : ''}.`,
  ];
}

/** Failures of the token call. Feishu answers them with several codes. */
export function remediesForCredentials(error: GatewayError, app: App): string[] {
  const { code, httpStatus } = error.details.upstream ?? {};
  if (error instanceof AppTicketMissing) return ticketMissing(app);
  if (error instanceof AppNotInstalled) return notInstalled(app);
  if (httpStatus === null || httpStatus === undefined) return unreachable(app);
  // Feishu puts a code into every failure.
  if (!code)
    return [`${app.origin} does not answer like Feishu. Correct ${app.variable}, or unset it.`];
  const isRefused = ['UPSTREAM_PERMISSION_DENIED', 'UPSTREAM_REJECTED'].includes(error.code);
  return isRefused ? wrongApp(app) : remediesFor(error, app);
}

/** The page of the app in the developer console. */
export function consolePage(
  page: 'baseinfo' | 'auth' | 'version' | 'event',
  { origin, appId }: App,
): string {
  const host = isLark(origin) ? OPEN_API_ORIGIN.lark : OPEN_API_ORIGIN.feishu;
  return `${host}/app/${appId}/${page}`;
}

function remediesForCode(code: number | undefined, app: App): string[] | undefined {
  if (code === undefined) return undefined;
  if (WRONG_APP.includes(code)) return wrongApp(app);
  if (NOT_INSTALLED.includes(code)) return notInstalled(app);
  if (code === MONTHLY_QUOTA) {
    return ['The calls of this month are used up. Ask the company to raise its plan.'];
  }
  if (code === OTHER_APPS_ID) {
    return [
      'The ID is an open ID of another app. Take one from this app, or use --id-type UNION_ID.',
    ];
  }
  return undefined;
}

function notInstalled(app: App): string[] {
  return [
    `Open ${consolePage('version', app)} (Version Management & Release), create a version and have it approved.`,
    'If it is approved, ask an administrator to enable the app in the admin console.',
    'Of a store app: let an administrator of the company install it, and check --tenant.',
  ];
}

/** Feishu sends the ticket to the gateways that run, and this process reads it from the Redis that they share. */
function ticketMissing(app: App): string[] {
  return [
    `Open ${consolePage('event', app)} (Events & Callbacks), set the request URL to https://your-gateway/webhooks/feishu ` +
      'and check that Encrypt Key and Verification Token are those of FEISHU_EVENT_ENCRYPT_KEY and ' +
      'FEISHU_EVENT_VERIFICATION_TOKEN.',
    'Start a gateway with the same REDIS_URL and run the check again: the check itself receives no events.',
  ];
}

function wrongApp(app: App): string[] {
  const other = isLark(app.origin) ? 'feishu' : 'lark';
  return [
    `Open ${consolePage('baseinfo', app)} (Credentials & Basic Info), and copy App ID and App Secret again into ` +
      'FEISHU_APP_ID and FEISHU_APP_SECRET.',
    `If the app was created at ${OPEN_API_ORIGIN[other]}, set FEISHU_BRAND=${other}: Feishu and Lark do not know ` +
      "each other's apps.",
  ];
}

function scopeRemedies(accepted: readonly string[], app: App): string[] {
  const search = accepted.length > 0 ? `?q=${accepted.join(',')}&token_type=tenant` : '';
  const scopes = accepted.length > 1 ? `one of ${accepted.join(', ')}` : accepted.join();
  return [
    `Open ${consolePage('auth', app)}${search} (Permissions & Scopes), and add ${scopes || 'the missing scope'} as ` +
      'a scope of the tenant token.',
    `Then release a version at ${consolePage('version', app)}: a scope works only after its version is approved, and ` +
      `a token from before may lack it for up to two hours (${TOKEN_LACKS_SCOPE}).`,
  ];
}

function unreachable({ origin, variable }: App): string[] {
  return [
    `Let this machine reach ${origin}: DNS, firewall, proxy. Another address is set in ${variable}.`,
  ];
}

function isLark(origin: string): boolean {
  return origin === OPEN_API_ORIGIN.lark || origin === ACCOUNTS_ORIGIN.lark;
}
