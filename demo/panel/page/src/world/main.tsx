import { mount } from '../kit/mount.tsx';
import { WorldPage } from './world-page.tsx';

mount(<WorldPage />);
