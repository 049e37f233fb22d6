/** A record as mod_json_cdr writes it, cut down to what is read: variables percent-encoded, times in microseconds. */
export function callRecord(
  leg: string,
  more: {
    readonly variables?: Readonly<Record<string, string>>;
    readonly heard?: readonly (readonly [application: string, data: string, atMs: number])[];
    readonly startedAt: number;
    readonly endedAt: number;
  },
): string {
  const micro = (ms: number) => `${ms}000`;
  return JSON.stringify({
    'core-uuid': 'e6264c62-5a0a-43b6-8c10-02608736b048',
    variables: {
      uuid: leg,
      direction: 'inbound',
      start_uepoch: micro(more.startedAt),
      progress_uepoch: '0',
      answer_uepoch: '0',
      end_uepoch: micro(more.endedAt),
      hangup_cause: 'NORMAL_CLEARING',
      ...more.variables,
    },
    ...(more.heard && {
      app_log: {
        applications: more.heard.map(([app_name, app_data, at]) => ({
          app_name,
          app_data,
          app_stamp: micro(at),
        })),
      },
    }),
    callflow: [
      { caller_profile: { caller_id_number: '+46701111111', destination_number: '0812345600' } },
    ],
  });
}
