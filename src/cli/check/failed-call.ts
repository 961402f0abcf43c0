import { GatewayError } from '../../domain/errors';

export type Attempt<T> =
  | { readonly value: T; readonly error?: undefined }
  | { readonly value?: undefined; readonly error: GatewayError };

/** Makes a call. @throws errors that only a defect of the gateway can cause */
export async function attempt<T>(call: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await call() };
  } catch (error) {
    if (error instanceof GatewayError) return { error };
    throw error;
  }
}

/** The gateway's words for the failure, and what Feishu's support needs. */
export function describe({ message, details }: GatewayError): string {
  const { code, httpStatus, logId } = details.upstream ?? {};
  const parts = [
    ...(code ? [`code ${code}`] : []),
    ...(!code && httpStatus ? [`HTTP ${httpStatus}`] : []),
    ...(logId ? [`log ID ${logId}`] : []),
  ];
  return parts.length > 0 ? `${message} (${parts.join(', ')})` : message;
}
