import { usePage, useSnapshot } from './context.tsx';

/** What just failed, in a corner, for some seconds. */
export function Notices() {
  const { session } = usePage();
  const notices = useSnapshot((now) => now.notices);
  return (
    <div className="notices" role="status">
      {notices.map(({ id, text }) => (
        <div key={id} className="notice">
          <span>{text}</span>
          <button type="button" className="close" aria-label="Dismiss" onClick={() => session.dropNotice(id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}
