/** The codes of the emulator's answers. The names are this code base's own. (facts 11, 16, 21, 23, 31) */
export const ErrorCode = {
  ticketInvalid: 10012,
  oauthParameterMissing: 20001,
  oauthWrongSecret: 20002,
  oauthUnknownApp: 20048,
  oauthTwoSecrets: 20070,
  internalError: 1580101,
  paramInvalid: 1580102,
  rateLimited: 99991400,
  wrongAppCredentials: 99991543,
  tokenMissing: 99991661,
  tenantTokenInvalid: 99991663,
  appTokenInvalid: 99991664,
  userTokenInvalid: 99991668,
  tokenMalformed: 99991671,
  appLacksScope: 99991672,
  appNotInstalled: 99991673,
  userTokenExpired: 99991677,
  openIdOfOtherApp: 99992361,
  fieldInvalid: 99992402,
  /** Not documented: Feishu answers an unknown path without an envelope. */
  routeUnknown: 404,
} as const;

/** The message of a success is empty, as in the example of the endpoint's page. (fact 40) */
const MESSAGES = new Map<number, string>([
  [0, ''],
  [ErrorCode.ticketInvalid, 'app ticket is invalid'],
  [ErrorCode.appTokenInvalid, 'app access token is invalid'],
  [ErrorCode.appNotInstalled, 'app is not installed in this tenant'],
  [ErrorCode.oauthParameterMissing, 'a required parameter is missing'],
  [ErrorCode.oauthWrongSecret, 'the client secret is invalid'],
  [ErrorCode.oauthUnknownApp, 'the app does not exist'],
  [ErrorCode.oauthTwoSecrets, 'Basic and client_secret must not be used together'],
  [ErrorCode.internalError, 'internal error'],
  [ErrorCode.paramInvalid, 'param is invalid'],
  [ErrorCode.rateLimited, 'request trigger frequency limit'],
  [ErrorCode.wrongAppCredentials, 'app id or app secret is wrong'],
  [ErrorCode.tokenMissing, 'access token is missing'],
  [ErrorCode.tenantTokenInvalid, 'tenant access token is invalid'],
  [ErrorCode.userTokenInvalid, 'user access token is invalid or expired'],
  [ErrorCode.tokenMalformed, 'access token has a wrong format'],
  [ErrorCode.appLacksScope, 'Access denied.'],
  [ErrorCode.userTokenExpired, 'user access token is expired'],
  [ErrorCode.openIdOfOtherApp, 'open_id cross app'],
  [ErrorCode.fieldInvalid, 'field validation failed'],
  [ErrorCode.routeUnknown, 'no such route'],
]);

const UNCOUNTED = new Set<number>([
  ErrorCode.rateLimited,
  ErrorCode.tokenMissing,
  ErrorCode.tenantTokenInvalid,
  ErrorCode.userTokenInvalid,
  ErrorCode.tokenMalformed,
  ErrorCode.appNotInstalled,
  ErrorCode.appLacksScope,
  ErrorCode.userTokenExpired,
]);

export function messageOf(code: number): string {
  return MESSAGES.get(code) ?? 'error';
}

/** Whether a call with this error code does not count against a quota. */
export function isUncounted(code: number): boolean {
  return UNCOUNTED.has(code);
}
