import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../style.css';

export function mount(page: ReactNode): void {
  const root = document.getElementById('root');
  if (root !== null) createRoot(root).render(<StrictMode>{page}</StrictMode>);
}
