<?php

namespace App\Jobs;

use App\Audit;
use Throwable;

/** Asks a published content pack whether it answers, and keeps what it said. */
class RunContentProbeJob extends AppJob
{
    public function __construct(public string $releaseId)
    {
    }

    public function handle(): void
    {
        try {
            $this->behave($this->releaseId);
            $this->keep(true, 'ok');
        } catch (Throwable $error) {
            $this->keep(false, $error->getMessage());
            throw $error;
        }
    }

    private function keep(bool $good, string $message): void
    {
        $part = ['ok' => $good, 'status' => $good ? 200 : 503];
        $this->change('content_pack_releases', ['id' => $this->releaseId], [
            'probe_ok' => $good,
            'probe_json' => json_encode([
                'ok' => $good, 'health' => $part, 'questions' => $part, 'content_packs' => $part, 'message' => mb_substr($message, 0, 200),
            ]),
            'probe_run_at' => now(),
        ]);
        Audit::write($good ? 'content_probe_success' : 'content_probe_failed', 'ContentPackRelease', $this->releaseId, $good);
    }
}
