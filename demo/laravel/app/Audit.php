<?php

namespace App;

use Illuminate\Support\Facades\DB;

/** The application's own audit log. */
class Audit
{
    public static function write(string $action, string $type, string $id, bool $good, array $meta = []): void
    {
        DB::table('audit_logs')->insert([
            'org_id' => 1,
            'action' => $action,
            'target_type' => $type,
            'target_id' => $id,
            'meta_json' => json_encode($meta + ['actor' => 'system']),
            'result' => $good ? 'success' : 'failed',
            'created_at' => now(),
        ]);
    }
}
