import type { RequestId } from '../core/ids.ts';
import type { RequestState, RequestView } from '../core/request.ts';
import { findView } from './request-view.ts';
import type { Row, Sql } from './sql.ts';

/** Open requests of one state, those that have stood in it longest first. */
export async function listOpen(
  sql: Sql,
  state: RequestState,
  limit: number,
): Promise<readonly RequestView[]> {
  const rows = await sql.all(
    `SELECT t.request_id FROM approval_terms t JOIN approvals a ON a.id = t.request_id
     WHERE t.open_target IS NOT NULL AND a.state = ? ORDER BY t.run_latest, t.request_id LIMIT ?`,
    [state, limit],
  );
  return viewsOf(sql, rows);
}

/** Newest first; those that are open or being run before all others. */
export async function listRequests(sql: Sql, app: string, limit: number): Promise<readonly RequestView[]> {
  const open = await listNewest(sql, app, 'IS NOT NULL', limit);
  const others = await listNewest(sql, app, 'IS NULL', limit - open.length);
  return viewsOf(sql, [...open, ...others]);
}

function listNewest(
  sql: Sql,
  app: string,
  isOpen: 'IS NULL' | 'IS NOT NULL',
  limit: number,
): Promise<readonly Row[]> {
  return sql.all(
    `SELECT request_id FROM approval_terms WHERE app = ? AND open_target ${isOpen} ORDER BY request_id DESC LIMIT ?`,
    [app, Math.max(0, limit)],
  );
}

async function viewsOf(sql: Sql, rows: readonly Row[]): Promise<readonly RequestView[]> {
  const views: RequestView[] = [];
  for (const row of rows) {
    const view = await findView(sql, { id: String(row['request_id']) as RequestId }); // this room wrote it
    if (view !== undefined) views.push(view);
  }
  return views;
}
