<?php

namespace App\Jobs;

use App\Behaviour;
use Illuminate\Bus\Queueable;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Foundation\Bus\Dispatchable;
use Illuminate\Queue\InteractsWithQueue;
use Illuminate\Queue\SerializesModels;
use Illuminate\Support\Facades\DB;

abstract class AppJob implements ShouldQueue
{
    use Dispatchable;
    use InteractsWithQueue;
    use Queueable;
    use SerializesModels;

    /** Does what it was told to do; see App\Behaviour. */
    protected function behave(string $key): void
    {
        Behaviour::of(static::class, $key);
    }

    /** Changes the job's business row, if it still is as `$only` says; whether it was there. */
    protected function change(string $table, array $row, array $values, array $only = []): bool
    {
        $query = DB::table($table)->where($row);
        foreach ($only as $column => $allowed) {
            $query->whereIn($column, $allowed);
        }

        return $query->update($values + ['updated_at' => now()]) > 0;
    }
}
