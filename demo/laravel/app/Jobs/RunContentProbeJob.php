<?php

namespace App\Jobs;

use Illuminate\Support\Facades\DB;

class RunContentProbeJob extends AppJob
{
    public function __construct(public string $releaseId)
    {
    }

    public function handle(): void
    {
        $this->behave($this->releaseId);
        DB::table('content_pack_releases')->where('id', $this->releaseId)->update(['status' => 'ok', 'updated_at' => now()]);
    }
}
