import type { Environment } from '../variables';
import { AUTH_VARIABLES } from './auth.variables';

const OTHER_CLAIMS = [
  'AUTH_JWT_USER_CLAIM',
  'AUTH_JWT_USER_ID_TYPE_CLAIM',
  'AUTH_JWT_SCOPE_CLAIM',
  'AUTH_JWT_TENANT_CLAIM',
] as const;
const LISTS = ['AUTH_JWT_REPORTS_CLAIM', 'AUTH_ROUTER_REPORTS_HEADER'] as const;

/** Faults of how credentials list the reports of a manager. */
export function findReportsFaults(given: Environment): string[] {
  return [...faultsOfClaim(given), ...faultsOfIdentity(given)];
}

/** With one claim for two purposes, a scope such as `openid` could pass as the ID of a user. */
function faultsOfClaim(given: Environment): string[] {
  const { AUTH_JWT_REPORTS_CLAIM: claim } = given;
  if (claim === undefined) return [];
  const other = OTHER_CLAIMS.find((name) => AUTH_VARIABLES[name].parse(given[name]) === claim);
  return other === undefined
    ? []
    : [`AUTH_JWT_REPORTS_CLAIM: expected another claim than that of ${other}, got the same`];
}

function faultsOfIdentity(given: Environment): string[] {
  if (given['UPSTREAM_IDENTITY'] !== 'caller') return [];
  return LISTS.filter((name) => given[name] !== undefined).map(
    (name) =>
      `${name}: expected UPSTREAM_IDENTITY=app with it, got "caller" (a person's token reads no other person)`,
  );
}
